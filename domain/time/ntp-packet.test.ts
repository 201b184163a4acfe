import * as fc from 'fast-check';
import { decodeHeader, encodeRequest, headerBytes, kissCode } from './ntp-packet.ts';
import { ntpTimestamp, unixMsOfTimestamp } from './ntp-timestamp.ts';

const rolloverMs = Date.parse('2036-02-07T06:28:16Z');
const halfEraMs = 2 ** 31 * 1_000;

test('the epoch of Unix is 2,208,988,800 seconds after that of NTP', () => {
  expect(ntpTimestamp(0)).toBe(0x83aa7e80n << 32n);
  expect(ntpTimestamp(500)).toBe((0x83aa7e80n << 32n) | 0x80000000n);
  expect(unixMsOfTimestamp(0x83aa7e80n << 32n, Date.parse('2020-01-01'))).toBe(0);
});

test('the second era begins with 0 and is read as such by a clock near it, on either side', () => {
  expect(ntpTimestamp(rolloverMs)).toBe(0n);
  for (const near of [rolloverMs - 60_000, rolloverMs, rolloverMs + 60_000, Date.parse('2060-01-01')]) {
    expect(unixMsOfTimestamp(0n, near)).toBe(rolloverMs);
    expect(unixMsOfTimestamp((1n << 64n) - (1n << 32n), near)).toBe(rolloverMs - 1_000);
  }
});

test('every time comes back within a quarter of a microsecond to a clock less than half an era away', () => {
  fc.assert(
    fc.property(
      fc.double({ min: Date.parse('1971-01-01'), max: Date.parse('2170-01-01'), noNaN: true }),
      fc.integer({ min: -halfEraMs + 2_000, max: halfEraMs - 2_000 }),
      (unixMs, awayMs) => {
        expect(Math.abs(unixMsOfTimestamp(ntpTimestamp(unixMs), unixMs + awayMs) - unixMs)).toBeLessThan(
          0.001,
        );
      },
    ),
  );
});

test('a request tells nothing but version 4, client, and the nonce', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }), (nonce) => {
      const request = encodeRequest(nonce);
      expect(request).toHaveLength(headerBytes);
      expect(decodeHeader(request)).toEqual({
        leap: 0,
        version: 4,
        mode: 3,
        stratum: 0,
        precision: 0,
        rootDelayMs: 0,
        rootDispersionMs: 0,
        referenceId: new Uint8Array(4),
        reference: 0n,
        origin: 0n,
        receive: 0n,
        transmit: nonce,
      });
      expect(request.slice(1, 40).every((byte) => byte === 0)).toBe(true);
    }),
  );
});

test('a header is read at the places RFC 5905 gives, from within a larger buffer too', () => {
  const hex = `640206e8 00008000 00010000 c0a80101 83aa7e80 00000000 ${'11'.repeat(8)} 83aa7e8080000000 83aa7e81 00000000`;
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const packet = Buffer.concat([Buffer.alloc(7, 255), bytes]).subarray(7);
  expect(decodeHeader(packet)).toEqual({
    leap: 1,
    version: 4,
    mode: 4,
    stratum: 2,
    precision: -24,
    rootDelayMs: 500,
    rootDispersionMs: 1_000,
    referenceId: new Uint8Array([192, 168, 1, 1]),
    reference: 0x83aa7e8000000000n,
    origin: 0x1111111111111111n,
    receive: 0x83aa7e8080000000n,
    transmit: 0x83aa7e8100000000n,
  });
});

test('what is not a whole header is none, and no bytes make it throw', () => {
  expect(decodeHeader(new Uint8Array(47))).toBeUndefined();
  expect(decodeHeader(new Uint8Array(50))).toBeUndefined();
  expect(decodeHeader(new Uint8Array(68))).toBeDefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      expect(decodeHeader(bytes) === undefined).toBe(bytes.length < headerBytes || bytes.length % 4 !== 0);
    }),
  );
});

test('a kiss of death is four readable characters', () => {
  expect(kissCode(Buffer.from('RATE'))).toBe('RATE');
  expect(kissCode(new Uint8Array([0x1b, 10, 255, 65]))).toBe('???A');
});
