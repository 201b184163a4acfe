import { canonicalJson } from '../../evidence/canonical-json.ts';
import { entryHash, genesisHash, ledgerRoot } from '../../evidence/ledger.ts';
import { appendLeaf } from '../../evidence/merkle.ts';
import { inclusionProof, verifyInclusion } from '../../evidence/merkle-proof.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { sampleSite } from '../../evidence/testing/sample-evidence.ts';
import { remnantOf } from './remnant.ts';

const site = 'oak-street';
const { entries, head } = sampleSite(site, 9);
const expired = new Set([0, 1, 2, 5]);
/** The ledger after contents expired at both its start and its middle. */
const kept = entries.map((entry) =>
  expired.has(entry.seq) ? remnantOf(entry, '2026-06-01T00:00:00.000Z') : entry,
);

test('a remnant says nothing of what the entry said', () => {
  const [entry] = entries;
  const text = canonicalJson(kept[0]);
  expect(Object.keys(kept[0] ?? {}).sort()).toEqual(
    ['entryHash', 'expiredAt', 'previousHash', 'recordedAt', 'seq'].sort(),
  );
  expect(text).not.toContain(entry?.envelope.payload);
});

test('the chain is whole and the checkpoint fits after contents expired', () => {
  let previous = genesisHash(site, sha256);
  let range: { size: number; frontier: string[] } = { size: 0, frontier: [] };
  for (const entry of kept) {
    expect(entry.previousHash).toBe(previous);
    if ('envelope' in entry) expect(entryHash(entry, sha256)).toBe(entry.entryHash);
    previous = entry.entryHash;
    range = appendLeaf(range, entry.entryHash, sha256);
  }
  expect(previous).toBe(head.headHash);
  expect(ledgerRoot({ ...head, ...range }, sha256)).toBe(ledgerRoot(head, sha256));
});

test('every entry that is left is still proven by the checkpoint', () => {
  const leaves = kept.map((entry) => entry.entryHash);
  const root = ledgerRoot(head, sha256);
  for (const { seq, entryHash: leafHash } of kept) {
    const proof = inclusionProof(leaves, seq, sha256);
    expect(verifyInclusion({ leafHash, index: seq, size: head.size, root, proof }, sha256)).toBe(true);
  }
});

test('other content cannot take the place of what expired', () => {
  const [entry, other] = entries;
  if (!entry || !other) throw new Error('there are no entries');
  const { envelope } = other;
  const { seq, previousHash, recordedAt } = remnantOf(entry, '2026-06-01T00:00:00.000Z');
  expect(entryHash({ seq, previousHash, recordedAt, envelope }, sha256)).not.toBe(entry.entryHash);
});
