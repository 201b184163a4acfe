import { algorithmsFor } from './algorithms.ts';

const broken = /none|des|arcfour|rc4|blowfish|md5|ssh-dss|group1-|-96/i;
const old = /sha1(?!\d)|cbc|^ssh-rsa$/;
const namesOf = (isLegacy: boolean): string[] => {
  const { kex, serverHostKey, cipher, hmac } = algorithmsFor({ isLegacy });
  return [kex, serverHostKey, cipher, hmac].flat() as string[];
};

test('nothing old or broken is negotiated', () => {
  expect(namesOf(false).filter((name) => broken.test(name) || old.test(name))).toEqual([]);
});

test('an old host may use what is old, after everything modern, and still nothing broken', () => {
  const names = namesOf(true);
  expect(names.filter((name) => broken.test(name))).toEqual([]);
  expect(names.filter((name) => old.test(name))).not.toEqual([]);
  const { serverHostKey } = algorithmsFor({ isLegacy: true });
  expect((serverHostKey as string[]).at(-1)).toBe('ssh-rsa');
});

test('the types of key that are known of a host are asked for first', () => {
  const { serverHostKey } = algorithmsFor({ keyTypes: ['ssh-rsa'] });
  expect((serverHostKey as string[]).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
});
