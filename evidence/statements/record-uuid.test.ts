import fc from 'fast-check';
import { z } from 'zod';
import { sha256 } from '../node/hasher.ts';
import { recordUuid } from './record-uuid.ts';

test('the UUID of a record follows from its name alone', () => {
  const name = fc.oneof(fc.string(), fc.uuid());
  fc.assert(
    fc.property(name, (text) => {
      expect(z.uuid().safeParse(recordUuid(text, sha256)).success).toBe(true);
      expect(recordUuid(text, sha256)).toBe(recordUuid(text, sha256));
    }),
  );
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(recordUuid(uuid, sha256)).toBe(uuid);
    }),
  );
  expect(recordUuid('a', sha256)).not.toBe(recordUuid('b', sha256));
});

test('it stays what it was for records that are in ledgers', () => {
  expect(recordUuid('incident/north-clinic/srv-1/linux.ssh.root_login/1', sha256)).toBe(
    'eaf97fbf-12f4-873a-91c0-6aa0efcca2fe',
  );
});
