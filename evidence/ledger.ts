import { z } from 'zod';
import { type Envelope, envelopeSchema } from '../contracts/order.ts';
import { siteIdSchema } from '../contracts/ids.ts';
import { digestSchema, type Sha256 } from './digest.ts';
import { envelopeStart, envelopeTail } from './dsse.ts';
import { createTextHasher } from './hash-texts.ts';
import { quoteString } from './json-string.ts';
import { appendLeaf, isCompactRange, rootOf } from './merkle.ts';

/** A site's ledger: signed envelopes, each chained to the one before and a leaf of one Merkle tree. */

/** Number of an entry, from 0. */
const sequenceSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const ledgerEntrySchema = z.strictObject({
  seq: sequenceSchema,
  /** Hash of entry `seq` - 1; for the first, `genesisHash` of the site. */
  previousHash: digestSchema,
  /** What `entryHash` gives for the rest; also the entry's leaf hash in the Merkle tree. */
  entryHash: digestSchema,
  envelope: envelopeSchema,
  /** When the ledger took it. ISO 8601, UTC. */
  recordedAt: z.iso.datetime(),
});
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

/** Where a ledger ends: all that is needed to append to it and to sign a checkpoint of it. */
export const ledgerHeadSchema = z
  .strictObject({
    site: siteIdSchema,
    size: sequenceSchema,
    /** Hash of the last entry; of an empty ledger, `genesisHash` of the site. */
    headHash: digestSchema,
    /** Compact range of the Merkle tree, see merkle.ts. */
    frontier: z.array(digestSchema).max(53),
  })
  .refine(isCompactRange, 'the frontier has not one hash for each bit set in the size');
export type LedgerHead = z.output<typeof ledgerHeadSchema>;

/** What the first entry of a site's ledger is chained to, so that no entry fits into another site's ledger. */
export function genesisHash(site: string, sha256: Sha256): string {
  return sha256(`malachor.dev/ledger/genesis/v1\n${site}\n`);
}

export function emptyHead(site: string, sha256: Sha256): LedgerHead {
  return { site, size: 0, headHash: genesisHash(site, sha256), frontier: [] };
}

/**
 * SHA-256 of 0x00, the line `malachor.dev/ledger/entry/v1` and the entry's canonical JSON without `entryHash`. The zero
 * byte makes it the leaf hash of RFC 9162, so that the chain and the tree cover the same bytes with one hash.
 */
export function entryHash(entry: Omit<LedgerEntry, 'entryHash'>, sha256: Sha256): string {
  return hashPreimage(entry.envelope.payload, preimageTail(entry), sha256);
}

/** What `entryHash` hashes. */
export function entryPreimage(entry: Omit<LedgerEntry, 'entryHash'>): string {
  return preimageStart + entry.envelope.payload + preimageTail(entry);
}

// In three parts, since the payload is by far the longest and needs no copying before it is hashed.
const preimageStart = `\u0000malachor.dev/ledger/entry/v1\n{"envelope":${envelopeStart}`;
const hashPreimage = createTextHasher(preimageStart);

function preimageTail(entry: Omit<LedgerEntry, 'entryHash'>): string {
  const { envelope, previousHash, recordedAt, seq } = entry;
  return `${envelopeTail(envelope)},"previousHash":"${previousHash}","recordedAt":${quoteString(recordedAt)},"seq":${seq}}`;
}

/** The entry that puts `envelope` at the end of the ledger, and the head after it. Changes nothing itself. */
export function appendEntry(
  head: LedgerHead,
  envelope: Envelope,
  recordedAt: string,
  sha256: Sha256,
): { entry: LedgerEntry; head: LedgerHead } {
  const content = { seq: head.size, previousHash: head.headHash, envelope, recordedAt };
  const hash = entryHash(content, sha256);
  const { size, frontier } = appendLeaf(head, hash, sha256);
  return {
    entry: { ...content, entryHash: hash },
    head: { site: head.site, size, headHash: hash, frontier },
  };
}

/** Root of the Merkle tree over all entries up to `head`. */
export function ledgerRoot(head: LedgerHead, sha256: Sha256): string {
  return rootOf(head, sha256);
}
