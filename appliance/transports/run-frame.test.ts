import fc from 'fast-check';
import { RunFrame } from './run-frame.ts';

/** Cuts `bytes` at the given places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

function read(frame: RunFrame, chunks: Buffer[]): Buffer {
  return Buffer.concat(chunks.map((chunk) => Buffer.from(frame.push(chunk))));
}

test('finds exactly the output wherever chunks are cut and whatever stands around it', () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, bytes, bytes, fc.nat(255), fc.array(fc.nat(), { maxLength: 20 }), (...values) => {
      const [before, output, after, exitCode, places] = values;
      const whole = Buffer.concat([
        before,
        Buffer.from('\nMARK begin 1700000000123\n'),
        output,
        Buffer.from(`\nMARK end ${exitCode}\n`),
        after,
      ]);
      const frame = new RunFrame('MARK');
      expect(read(frame, cut(whole, places)).equals(Buffer.from(output))).toBe(true);
      expect(frame).toMatchObject({ hasBegun: true, exitCode, hostClock: '1700000000123' });
    }),
  );
});

test('an end that is not reached gives no exit status', () => {
  const frame = new RunFrame('MARK');
  read(frame, [Buffer.from('\nMARK begin \nsome output\nMARK en')]);
  expect(frame.hasBegun).toBe(true);
  expect(frame.exitCode).toBeUndefined();
});

test('a session that never begins keeps nothing of what it prints', () => {
  const frame = new RunFrame('MARK');
  expect(read(frame, [Buffer.alloc(100_000, 'x')])).toHaveLength(0);
  expect(frame.hasBegun).toBe(false);
});
