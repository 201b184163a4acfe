import { hash, randomBytes } from 'node:crypto';
import { appendEntry, emptyHead, entryPreimage, type LedgerEntry, ledgerRoot } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { verifyChain } from '../evidence/verify-chain.ts';
import type { BenchContext } from './bench-context.ts';
import { median, type BenchResult } from './result.ts';

const count = 2_000;
const rounds = 31;
/** About a healed incident's statement. */
const payloadBytes = 2_000;

/**
 * Entries of a ledger verified per second: numbers, chain, every hash recomputed from the entry's content, and the Merkle root;
 * over a bare SHA-256 chain, each link the hash of the one before and the very bytes that ours hashes, ready made.
 */
export function run({ say }: BenchContext): Promise<BenchResult> {
  const start = emptyHead('bench', sha256);
  let head = start;
  const entries: LedgerEntry[] = [];
  for (let number = 0; number < count; number++) {
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload: randomBytes(payloadBytes).toString('base64'),
      signatures: [{ keyid: '0'.repeat(16), sig: randomBytes(64).toString('base64') }],
    };
    const appended = appendEntry(head, envelope, '2026-01-01T00:00:00.000Z', sha256);
    entries.push(appended.entry);
    head = appended.head;
  }
  const root = ledgerRoot(head, sha256);
  const contents = entries.map((entry) => Buffer.from(entryPreimage(entry)));

  const ours = () => {
    const verdict = verifyChain(start, entries, sha256);
    if (!verdict.ok || ledgerRoot(verdict.head, sha256) !== root)
      throw new Error('a sound ledger was not verified');
  };
  const reference = () => {
    let link = Buffer.alloc(32);
    for (const content of contents) link = hash('sha256', Buffer.concat([link, content]), 'buffer');
  };
  const oursMs: number[] = [];
  const referenceMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const took = { ours: timed(ours), reference: timed(reference) };
    if (round === 0) continue;
    oursMs.push(took.ours);
    referenceMs.push(took.reference);
  }
  say(`${rounds} rounds of ${count} entries in turn`);
  return Promise.resolve({
    name: 'ledger-verify',
    ratio: median(referenceMs) / median(oursMs),
    floor: 0.8,
    higherIsBetter: true,
    ours: Math.round((count * 1_000) / median(oursMs)),
    reference: Math.round((count * 1_000) / median(referenceMs)),
    unit: 'entries/s',
  });
}

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
