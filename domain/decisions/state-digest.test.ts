import { createHash } from 'node:crypto';
import { stateDigest } from './state-digest.ts';

const state = { status: 'fail', facts: { open: ['22', '23'], uptime: 7 } } as const;
const facts = { open: ['22', '23'], uptime: 7 };

test('is the SHA-256 of status and facts by name', () => {
  const text = '["fail",[["open",["22","23"]],["uptime",7]]]';
  expect(stateDigest({ ...state, facts })).toBe(createHash('sha256').update(text).digest('hex'));
  expect(stateDigest({ ...state, facts: { uptime: 7, open: ['22', '23'] } })).toBe(
    stateDigest({ ...state, facts }),
  );
});

test('moves with the status and with a fact that counts, not with one that does not', () => {
  const of = (changes: object, names?: string[]) => stateDigest({ ...state, facts, ...changes }, names);
  expect(of({ status: 'error' })).not.toBe(of({}));
  expect(of({ facts: { ...facts, open: ['22'] } }, ['open'])).not.toBe(of({}, ['open']));
  expect(of({ facts: { ...facts, uptime: 8 } }, ['open'])).toBe(of({}, ['open']));
  expect(of({ facts: { ...facts, uptime: 8 } })).not.toBe(of({}));
});

test('text that is not well-formed has a digest too', () => {
  expect(stateDigest({ status: 'fail', facts: { banner: '\ud800\u0000' } })).toMatch(/^[0-9a-f]{64}$/);
});
