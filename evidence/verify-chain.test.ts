import { signBundle } from './bundle.ts';
import { emptyHead, type LedgerEntry } from './ledger.ts';
import { sha256 } from './node/hasher.ts';
import { evidenceSigner, ledgerOf, sampleRecord } from './testing/sample-evidence.ts';
import { verifyChain } from './verify-chain.ts';

const site = 'north-clinic';
const start = emptyHead(site, sha256);
const whole = ledgerOf(
  Array.from({ length: 9 }, (_, number) => signBundle(sampleRecord(site, number), [evidenceSigner], sha256)),
  start,
);
const { entries } = whole;
const verdictOf = (changed: readonly LedgerEntry[]) => verifyChain(start, changed, sha256);

it('verifies a ledger, and leads to its head', () => {
  expect(verdictOf(entries)).toEqual({ ok: true, head: whole.head });
});

it('goes on from where the last check ended', () => {
  const first = verdictOf(entries.slice(0, 5));
  if (!first.ok) throw new Error(first.code);
  expect(verifyChain(first.head, entries.slice(5), sha256)).toEqual({ ok: true, head: whole.head });
  expect(verifyChain(first.head, entries.slice(6), sha256)).toEqual({
    ok: false,
    seq: 5,
    code: 'entry_missing',
  });
});

it('names the first entry that is not what it was', () => {
  const [first, second, third] = entries;
  if (!first || !second || !third) throw new Error('there are nine entries');
  expect(verdictOf([first, third])).toEqual({ ok: false, seq: 1, code: 'entry_missing' });
  expect(verdictOf([first, { ...second, previousHash: third.entryHash }])).toEqual({
    ok: false,
    seq: 1,
    code: 'chain_broken',
  });
  const later = { ...second, recordedAt: '2030-01-01T00:00:00.000Z' };
  expect(verdictOf([first, later, third])).toEqual({ ok: false, seq: 1, code: 'entry_changed' });
});
