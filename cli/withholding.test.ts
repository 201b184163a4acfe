import type { Disclosure } from '../evidence/disclosure/commitment.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { buildIncidentV2Statement } from '../evidence/statements/incident-v2.ts';
import { sampleRecord } from '../evidence/testing/sample-evidence.ts';
import { numberedSalts } from '../evidence/testing/sample-statements.ts';
import { parseWithholding, withoutKinds } from './withholding.ts';

const record = sampleRecord('north-clinic', 1);
const decision = {
  request: { id: record.recordId, kind: 'reject' as const, note: 'not on host-1, says Ada' },
  actor: { name: 'Ada', role: 'admin' as const, method: 'bearer-token' as const, credential: 'ab'.repeat(8) },
  at: record.recordedAt,
};
const facts = { address: '10.0.0.7', note: 'seen from host-1' };
const story = {
  ...record.story,
  decisions: [decision],
  latest: { ...record.story.latest, facts, message: 'It listens on 10.0.0.7.' },
};
const { disclosures } = buildIncidentV2Statement({ ...record, story }, numberedSalts(), sha256);
const textOf = (left: readonly Disclosure[]) => JSON.stringify(left.map(([, , value]) => value));

test('nothing is kept back unless it was asked for', () => {
  expect(withoutKinds(disclosures, [])).toBe(disclosures);
  expect(textOf(disclosures)).toMatch(/host-1.*/);
  expect(textOf(disclosures)).toContain('Ada');
  expect(textOf(disclosures)).toContain('10.0.0.7');
});

test.each([
  ['hosts', 'host-1'],
  ['users', 'Ada'],
  ['addresses', '10.0.0.7'],
] as const)('without %s no value that is left says %s', (kind, secret) => {
  const left = textOf(withoutKinds(disclosures, [kind]));
  expect(left).not.toContain(secret);
});

test('without users no credential is left, and hosts are', () => {
  const left = textOf(withoutKinds(disclosures, ['users']));
  expect(left).not.toContain('ab'.repeat(8));
  expect(left).toContain('host-1');
});

test('kinds are told by name, and others are refused', () => {
  expect(parseWithholding('hosts,users,addresses')).toEqual(['hosts', 'users', 'addresses']);
  expect(parseWithholding('hosts,passwords')).toBeUndefined();
  expect(parseWithholding('')).toBeUndefined();
});
