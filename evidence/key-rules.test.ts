import fc from 'fast-check';
import { currentKeys, historyBreach, type KeyRecord, keyValidAt, revokeKey, rotateKey } from './key-rules.ts';

const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString();
const both = (at: string) => ({ signedAt: at, receivedAt: at });
const key = (keyId: string, changes: Partial<KeyRecord> = {}): KeyRecord => ({
  keyId: keyId.repeat(16),
  publicKey: keyId,
  purpose: 'appliance',
  site: 'north-clinic',
  notBefore: day(1),
  ...changes,
});

describe('a key', () => {
  it('counts from its beginning', () => {
    expect(keyValidAt(key('a', { notBefore: day(5) }), both(day(4)))).toBe('not_yet');
    expect(keyValidAt(key('a', { notBefore: day(5) }), both(day(5)))).toBe('valid');
  });

  it('that is retired counts for what it signed before, whenever that arrives', () => {
    const retired = key('a', { retiredAt: day(10) });
    expect(keyValidAt(retired, { signedAt: day(9), receivedAt: day(30) })).toBe('valid');
    expect(keyValidAt(retired, both(day(10)))).toBe('retired');
  });

  it('that is revoked counts for nothing that arrives afterwards, whatever time it claims', () => {
    const revoked = key('a', { revokedAt: day(10) });
    expect(keyValidAt(revoked, both(day(9)))).toBe('valid');
    expect(keyValidAt(revoked, { signedAt: day(2), receivedAt: day(10) })).toBe('revoked');
    expect(keyValidAt(revoked, { signedAt: day(11), receivedAt: day(9) })).toBe('revoked');
  });

  it('counts at no time that cannot be read', () => {
    for (const times of [
      { signedAt: 'x', receivedAt: day(2) },
      { signedAt: day(2), receivedAt: '' },
    ])
      expect(keyValidAt(key('a'), times)).toBe('not_yet');
    expect(keyValidAt(key('a', { revokedAt: 'x' }), both(day(2)))).toBe('revoked');
    expect(keyValidAt(key('a', { retiredAt: 'x' }), both(day(2)))).toBe('retired');
  });
});

describe('rotation', () => {
  const next = key('b', { notBefore: day(10) });
  const history = rotateKey([key('a'), key('c', { site: 'south-clinic' })], next, 7 * 86_400_000);

  it('lets old and new key sign for the time of overlap, the new one first, and touches no other site', () => {
    const at = (date: string) =>
      currentKeys(history, { purpose: 'appliance', at: date, site: 'north-clinic' }).map(
        ({ publicKey }) => publicKey,
      );
    expect([at(day(9)), at(day(10)), at(day(16)), at(day(17))]).toEqual([
      ['a'],
      ['b', 'a'],
      ['b', 'a'],
      ['b'],
    ]);
    expect(history.find(({ publicKey }) => publicKey === 'c')).not.toHaveProperty('retiredAt');
  });

  it('takes no key twice and none that begins before the one it follows', () => {
    expect(() => rotateKey(history, next, 0)).toThrow(RangeError);
    expect(() => rotateKey([next], key('d'), 0)).toThrow(RangeError);
  });

  it('and revocation only ever make a history that continues the one before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 28 })), { maxLength: 12 }),
        (steps) => {
          let current: KeyRecord[] = [key('0')];
          steps.forEach(([isRotation, number], index) => {
            const last = current.at(-1)!;
            const notBefore = new Date(Date.parse(last.notBefore) + number * 86_400_000).toISOString();
            const later = isRotation
              ? rotateKey(current, key((index + 1).toString(36), { notBefore }), 86_400_000)
              : revokeKey(current, last, day(number));
            expect(historyBreach(current, later)).toBeUndefined();
            current = later;
          });
        },
      ),
    );
  });
});

describe('a history', () => {
  const history = revokeKey([key('a', { retiredAt: day(20) })], key('a'), day(10));
  it.each<[string, KeyRecord[], string]>([
    ['a key gone', [], 'is gone'],
    ['another public key', [{ ...history[0]!, publicKey: 'x' }], 'is another'],
    ['another site', [{ ...history[0]!, site: 'south-clinic' }], 'is another'],
    ['another beginning', [{ ...history[0]!, notBefore: day(2) }], 'is another'],
    ['a revocation taken back', [key('a', { retiredAt: day(20) })], 'revocation'],
    ['a revocation put off', [{ ...history[0]!, revokedAt: day(11) }], 'revocation'],
    ['an end put off', [{ ...history[0]!, retiredAt: day(21) }], 'end of key'],
  ])('is not continued by one with %s', (_, later, reason) => {
    expect(historyBreach(history, later)).toContain(reason);
  });

  it('has no revocation that is moved to later, and none of a key that it does not have', () => {
    expect(revokeKey(history, key('a'), day(15))).toEqual(history);
    expect(revokeKey(history, key('a'), day(5))[0]?.revokedAt).toBe(day(5));
    expect(() => revokeKey(history, key('z'), day(5))).toThrow(RangeError);
  });
});
