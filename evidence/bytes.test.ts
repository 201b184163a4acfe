import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from './bytes.ts';

describe('base64', () => {
  it('of any bytes is read as those bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['no padding', 'AA'],
    ['too much padding', 'AAA=='],
    ['stray bits in the last digit', 'AB=='],
    ['white space', 'AA AA'],
    ['a newline at the end', 'AAAA\n'],
    ['the alphabet of URLs', '-_-_'],
    ['a foreign character', 'A*AA'],
    ['text after the padding', 'AA==AAAA'],
  ])('with %s is refused, since one signature must have one text', (_, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});
