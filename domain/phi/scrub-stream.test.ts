import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createScrubber, createScrubStream } from './scrub.ts';

const hmac = (text: string) => createHmac('sha256', 'site-a').update(text).digest('hex');
/** Small, so that short texts have many borders. */
const sizes = { window: 120, ahead: 100, behind: 60 };

const identifiers = [
  'SSN 123-45-6789',
  '123-45-\n6789',
  'Patient: Jane Doe',
  'Maria Hernandez called',
  'DOB: 03/14/1962',
  '(555) 867-5309',
  '+44 20 7946 0958',
  'jane.roe@clinic.example.com',
  '42 Elm Street, Springfield,\n IL 62704',
  'MRN&#58; 0048&#50;913',
  '%31%32%33-45-6789',
  '1\u200b2\u200b3-45-6789',
  'x\u0301 José Núñez said',
];
const piece = fc.oneof(
  fc.constantFrom(...identifiers),
  fc.string({
    unit: fc.constantFrom('a', 'Z', ' ', '.', ':', '\n', '"', 'é', '文', '😀', '%', '&', '\\', '1', '-'),
  }),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' '));
const cuts = fc.array(fc.nat(800), { maxLength: 20 });

function inChunks(
  whole: string,
  at: readonly number[],
  options: Parameters<typeof createScrubStream>[0],
): string {
  const stream = createScrubStream(options);
  let scrubbed = '';
  let position = 0;
  for (const place of at.toSorted((a, b) => a - b)) {
    const end = Math.max(position, Math.min(place, whole.length));
    scrubbed += stream.push(whole.slice(position, end));
    position = end;
  }
  return scrubbed + stream.push(whole.slice(position)) + stream.end();
}

test('any chunking of a text comes out as the whole text does', () => {
  fc.assert(
    fc.property(text, cuts, (whole, at) => {
      expect(inChunks(whole, at, { hmac, sizes })).toBe(createScrubber({ hmac, sizes })(whole));
    }),
  );
});

test('one unit at a time comes out as the whole text does', () => {
  fc.assert(
    fc.property(text, (whole) => {
      const each = Array.from({ length: whole.length }, (_, index) => index);
      expect(inChunks(whole, each, { hmac, sizes })).toBe(createScrubber({ hmac, sizes })(whole));
    }),
    { numRuns: 50 },
  );
});

test('a planted identifier is gone wherever a window ends in it', () => {
  const scrub = createScrubber({ hmac, sizes });
  for (const planted of [
    '123-45-6789',
    'Maria Hernandez',
    '(555) 867-5309',
    'jane.roe@clinic.example.com',
    '03/14/1962',
  ]) {
    for (let before = 0; before < 260; before += 1) {
      const filler = 'lorem ipsum '.repeat(40);
      const scrubbed = scrub(`${filler.slice(0, before)}\n${planted} ${filler}`);
      for (const part of planted.split(/[^\w]+/u).filter((word) => word.length > 2))
        expect(scrubbed).not.toContain(part);
    }
  }
});

test('output follows input: a long log is not held back', () => {
  const stream = createScrubStream({ hmac });
  const line = 'the disk is full on host reception-1\n';
  let held = 0;
  for (let index = 0; index < 20_000; index += 1) {
    held += line.length - stream.push(line).length;
    expect(held).toBeLessThanOrEqual(40_000);
  }
  expect(stream.end().length).toBe(held);
});

test('a token that a chunk’s end or a window’s end cuts stays as it is', () => {
  const stream = createScrubStream({ hmac, sizes });
  const token = '[SSN:20240101]';
  const whole = `${'lorem ipsum '.repeat(9)}${token} ${'dolor '.repeat(60)}${token}`;
  const scrubbed = Array.from(whole, (character) => stream.push(character)).join('') + stream.end();
  expect(scrubbed).toBe(whole);
});
