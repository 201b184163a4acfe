import { encodeHex } from '../bytes.ts';
import { createSalts } from './salts.ts';

test('salts have 16 bytes, are all different, and stay as they were given', () => {
  const newSalt = createSalts();
  const salts = Array.from({ length: 1_000 }, () => newSalt());
  const texts = new Set(salts.map(encodeHex));
  expect(texts.size).toBe(salts.length);
  for (const text of texts) expect(text).toMatch(/^[0-9a-f]{32}$/);
});
