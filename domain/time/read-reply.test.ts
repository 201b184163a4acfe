import * as fc from 'fast-check';
import { buildReply, type ReplyFields } from './testing/build-reply.ts';
import { readReply, type Exchange } from './read-reply.ts';

const sentAtMs = Date.parse('2026-11-23T10:00:00.000Z');
const exchange: Exchange = {
  nonce: 0x0123456789abcdefn,
  sentAtMs,
  receivedAtMs: sentAtMs + 40,
  resolutionMs: 1,
};
const reply = (over: Partial<ReplyFields> = {}) =>
  readReply(buildReply({ origin: exchange.nonce, receiveMs: sentAtMs + 20, ...over }), exchange);

test('a server that agrees with our clock over an even way gives offset 0 and the whole delay', () => {
  const read = reply({ stratum: 3, rootDelayMs: 500, rootDispersionMs: 250 });
  if (read.kind !== 'sample') throw new Error(read.kind);
  expect(read.sample).toMatchObject({ stratum: 3, leap: 0, rootDelayMs: 500, rootDispersionMs: 250 });
  expect(read.sample.offsetMs).toBeCloseTo(0, 3);
  expect(read.sample.delayMs).toBeCloseTo(40, 2);
  // A microsecond of the server, a millisecond of ours, and 15 ppm of 40 ms.
  expect(read.sample.dispersionMs).toBeCloseTo(0.001 + 1 + 0.0006, 3);
});

test('the true offset lies within half the delay, however uneven the two ways are and wherever the clocks stand', () => {
  const ms = (max: number) => fc.double({ min: 0, max, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 30) * 1_000, max: 2 ** 30 * 1_000 }),
      ms(900),
      ms(900),
      ms(50),
      (offset, there, work, back) => {
        const receiveMs = sentAtMs + there + offset;
        const took = there + work + back;
        const read = readReply(buildReply({ origin: 7n, receiveMs, transmitMs: receiveMs + work }), {
          nonce: 7n,
          sentAtMs,
          receivedAtMs: sentAtMs + took,
          resolutionMs: 1,
        });
        if (read.kind !== 'sample') throw new Error(JSON.stringify(read));
        const { offsetMs, delayMs } = read.sample;
        expect(Math.abs(offsetMs - offset)).toBeLessThanOrEqual((there + back) / 2 + 0.01);
        expect(Math.abs(delayMs - Math.max(there + back, 1))).toBeLessThan(0.01);
      },
    ),
  );
});

test.each<[string, Partial<ReplyFields>]>([
  ['answers another request', { origin: exchange.nonce + 1n }],
  ['is a kiss of death that nobody asked for', { origin: 0n, stratum: 0, referenceId: 'DENY' }],
  ['comes from a client', { mode: 3 }],
  ['is a broadcast', { mode: 5 }],
  ['speaks a version of long ago', { version: 1 }],
])('a packet that %s is not our answer', (_what, over) => {
  expect(reply(over)).toEqual({ kind: 'foreign' });
});

test.each(['RATE', 'DENY', 'RSTR', 'STEP'])('a kiss of death says %s, whatever else it carries', (code) => {
  expect(reply({ stratum: 0, leap: 3, referenceId: code, transmitMs: 0 })).toEqual({ kind: 'kiss', code });
});

test.each<[string, Partial<ReplyFields>, RegExp]>([
  ['warns of its own clock', { leap: 3 }, /not synchronised/],
  ['has stratum 16', { stratum: 16 }, /not synchronised/],
  ['has a stratum beyond all', { stratum: 255 }, /not synchronised/],
  ['answers before it was asked', { transmitMs: sentAtMs + 19 }, /before it was asked/],
  ['is 16 s from its reference', { rootDelayMs: 20_000, rootDispersionMs: 6_000 }, /too far/],
  ['was set in its own future', { referenceMs: sentAtMs + 1_000 }, /later than/],
  ['sends no time', { receiveMs: Date.parse('2036-02-07T06:28:16Z') }, /no time/],
])('no time is taken from a server that %s', (_what, over, reason) => {
  expect(reply(over)).toEqual({ kind: 'unusable', reason: expect.stringMatching(reason) as string });
});

test('a clock that stands before the second era reads a server beyond it', () => {
  const rolloverMs = Date.parse('2036-02-07T06:28:16Z');
  const before = { nonce: 1n, sentAtMs: rolloverMs - 500, receivedAtMs: rolloverMs - 499, resolutionMs: 1 };
  const read = readReply(buildReply({ origin: 1n, receiveMs: rolloverMs + 59_500 }), before);
  if (read.kind !== 'sample') throw new Error(JSON.stringify(read));
  expect(Math.round(read.sample.offsetMs)).toBe(60_000);
});

test('no bytes make it throw, and none but those with our nonce are an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 100 }), (bytes) => {
      expect(readReply(bytes, exchange)).toEqual({ kind: 'foreign' });
    }),
  );
});
