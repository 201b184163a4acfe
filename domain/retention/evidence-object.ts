import { writeJsonFile } from '../../evidence/archive/json-file.ts';
import { encodeUtf8 } from '../../evidence/bytes.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { LedgerEntry } from '../../evidence/ledger.ts';
import { checkpointObjectKey, entryObjectKey } from './object-keys.ts';

/** What is put into an object store. */
export interface EvidenceObject {
  key: string;
  bytes: Uint8Array;
  /** SHA-256 of `bytes`, lower-case hex. */
  sha256: string;
}

/**
 * The object of one ledger entry: the entry as it stands in an archive, canonical JSON and one newline. The same entry
 * always gives the same bytes, so whoever has the ledger can put a lost object again.
 */
export function objectOfEntry(site: string, entry: LedgerEntry, sha256: Sha256): EvidenceObject {
  const bytes = writeJsonFile(entry);
  return { key: entryObjectKey(site, entry.seq, entry.entryHash), bytes, sha256: sha256(bytes) };
}

/** The object of a signed checkpoint over the first `size` entries: the note as it was signed. */
export function objectOfCheckpoint(site: string, size: number, note: string, sha256: Sha256): EvidenceObject {
  const bytes = encodeUtf8(note);
  return { key: checkpointObjectKey(site, size), bytes, sha256: sha256(bytes) };
}
