import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './incident-cursor.ts';
import { PersistenceError } from './persistence-error.ts';

test('a cursor comes back as the position it was made of', () => {
  const moment = fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());
  fc.assert(
    fc.property(moment, fc.string({ maxLength: 200, unit: 'grapheme' }), (openedAt, id) => {
      fc.pre(id.length <= 300);
      const cursor = encodeCursor({ openedAt, id });
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(decodeCursor(cursor)).toEqual({ openedAt, id });
    }),
  );
});

test('anything else is refused as no cursor', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeCursor(text)).toThrow(PersistenceError);
    }),
  );
  const forged = Buffer.from(JSON.stringify(['2026-13-45', 'x'])).toString('base64url');
  expect(() => decodeCursor(forged)).toThrow(/Begin again without a cursor/);
});
