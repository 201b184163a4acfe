import { bundlePayloadType } from '../bundle.ts';
import { decodeUtf8 } from '../bytes.ts';
import { entryHash, type LedgerEntry, ledgerEntrySchema } from '../ledger.ts';
import type { Cryptography } from '../signer.ts';
import { readStatement, type Statement } from '../statements/read-statement.ts';
import { parseCanonical } from './json-file.ts';
import type { LedgerContext } from './ledger-context.ts';
import type { Place, Report } from './report.ts';
import { verifySignatures } from './verify-signatures.ts';

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
  { keys, cryptography, report }: LedgerContext,
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
  const expected = {
    payloadType: bundlePayloadType,
    purpose: 'evidence',
    signedAt: entry.recordedAt,
  } as const;
  const payload = await verifySignatures(entry.envelope, expected, keys, cryptography, itsPlace, report);
  const statement = payload && verifyBundle(site, payload, cryptography, itsPlace, report);
  return { value: entry, isGenuine: true, statement };
}

function verifyBundle(
  site: string,
  payload: Uint8Array,
  { sha256 }: Cryptography,
  place: Place,
  report: Report,
): Statement | undefined {
  const bundle = readStatement(payload, sha256);
  if (!bundle.ok) {
    report(bundle.code, place, `The bundle is not sound: ${bundle.reason}.`);
    return undefined;
  }
  if (bundle.statement.predicate.site !== site) {
    const { site: other } = bundle.statement.predicate;
    report('foreign_site', place, `The bundle is of site ${other}, in the ledger of ${site}.`);
  }
  return bundle.statement;
}
