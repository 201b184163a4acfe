import { decodeUtf8 } from '../bytes.ts';
import { verifyBundle } from '../countersign.ts';
import { entryHash, type LedgerEntry, ledgerEntrySchema } from '../ledger.ts';
import type { Statement } from '../statements/read-statement.ts';
import { parseCanonical } from './json-file.ts';
import { isValidAt, type KnownKey } from './key-history.ts';
import type { LedgerContext } from './ledger-context.ts';
import type { Place } from './report.ts';

/** An entry, and whether its content is what its hash was made of. */
export interface ReadEntry {
  readonly value: LedgerEntry;
  readonly isGenuine: boolean;
  /** What is on record, where it can be read. */
  readonly statement?: Statement | undefined;
}

/** Verifies one line of a file of entries on its own: its form, hash, signatures and bundle. Undefined where it is no entry. */
export async function verifyEntry(
  site: string,
  line: Uint8Array,
  place: Place,
  { keys, cryptography, report }: Pick<LedgerContext, 'keys' | 'cryptography' | 'report'>,
): Promise<ReadEntry | undefined> {
  const text = decodeUtf8(line);
  const parsed = text === undefined ? undefined : parseCanonical(text, ledgerEntrySchema);
  if (!parsed?.ok) {
    const reason = parsed?.reason ?? 'it is not UTF-8';
    report('entry_malformed', place, `This line is not a ledger entry: ${reason}.`);
    return undefined;
  }
  const entry = parsed.value;
  if (entryHash(entry, cryptography.sha256) !== entry.entryHash) {
    report('entry_changed', place, 'The entry is not the one its hash was made of: it was changed.');
    return { value: entry, isGenuine: false };
  }
  const itsPlace = { ...place, seq: entry.seq };
  const { statement, problems } = await verifyBundle(entry.envelope, entry.recordedAt, keys, cryptography);
  for (const { code, message } of problems) report(code, itsPlace, message);
  if (statement && statement.predicate.site !== site) {
    const message = `The bundle is of site ${statement.predicate.site}, in the ledger of ${site}.`;
    report('foreign_site', itsPlace, message);
  }
  if (problems.length === 0 && !isSignedByTrusted(entry, keys)) {
    report('key_not_trusted', itsPlace, 'No trusted key signed this at a time it was valid.');
  }
  return { value: entry, isGenuine: true, statement };
}

/**
 * Whether a trusted key signed, given that every signature was found valid for a listed key of its id. A key id proves nothing:
 * where two listed keys share one, both have to be trusted.
 */
function isSignedByTrusted({ envelope, recordedAt }: LedgerEntry, keys: readonly KnownKey[]): boolean {
  return envelope.signatures.some(({ keyid }) => {
    const own = keys.filter(({ keyId, purpose }) => keyId === keyid && purpose === 'evidence');
    return own.length > 0 && own.every((key) => key.isTrusted && isValidAt(key, recordedAt));
  });
}
