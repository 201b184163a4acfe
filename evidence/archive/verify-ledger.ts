import { bundlePayloadType, readStatement } from '../bundle.ts';
import { decodeUtf8 } from '../bytes.ts';
import {
  emptyHead,
  entryHash,
  type LedgerEntry,
  ledgerEntrySchema,
  type LedgerHead,
  ledgerHeadSchema,
} from '../ledger.ts';
import { appendLeaf, type CompactRange, rootOf } from '../merkle.ts';
import type { Cryptography } from '../signer.ts';
import { EntryOrder } from './entry-order.ts';
import { parseCanonical, parseJsonFile } from './json-file.ts';
import type { LedgerContext } from './ledger-context.ts';
import type { ManifestSite } from './manifest.ts';
import { entriesPath, startPath } from './paths.ts';
import type { Place, Report, SiteReport } from './report.ts';
import { verifyCheckpoint } from './verify-checkpoint.ts';
import { verifySignatures } from './verify-signatures.ts';
import type { ArchiveFiles } from './zip.ts';

/**
 * Verifies one site's ledger: where it starts, every entry on its own, their order and chain, and that the signed checkpoint
 * covers exactly them. `claim` is what the manifest says of the site, where it could be read.
 */
export async function verifyLedger(
  site: string,
  claim: ManifestSite | undefined,
  context: LedgerContext,
): Promise<SiteReport> {
  let problemCount = 0;
  const report: Report = (...problem) => {
    problemCount++;
    context.report(...problem);
  };
  const inner = { ...context, report };

  const start = readStart(site, inner);
  const order = new EntryOrder(start, report);
  let tree: CompactRange = start;
  let first: LedgerEntry | undefined;
  for (const { bytes, place } of entryLines(site, context.files)) {
    const entry = await verifyEntry(site, bytes, { ...place, seq: order.nextSeq }, inner);
    order.take(entry, place);
    if (!entry) continue;
    first ??= entry.value;
    tree = appendLeaf(tree, entry.value.entryHash, context.cryptography.sha256);
  }

  const { last, count } = order;
  verifyClaim(
    site,
    claim,
    { firstSeq: start.size, entries: count, headHash: last?.entryHash ?? start.headHash },
    report,
  );
  const end = {
    size: order.nextSeq,
    last,
    ...(problemCount === 0 ? { root: rootOf(tree, context.cryptography.sha256) } : {}),
  };
  const checkpointSize = await verifyCheckpoint(site, end, inner);
  return {
    site,
    entries: count,
    firstSeq: start.size,
    ...(first && last ? { from: first.recordedAt, to: last.recordedAt } : {}),
    ...(checkpointSize === undefined ? {} : { checkpointSize }),
  };
}

function readStart(site: string, { files, cryptography, report }: LedgerContext): LedgerHead {
  const empty = emptyHead(site, cryptography.sha256);
  const file = startPath(site);
  const bytes = files.get(file);
  if (!bytes) {
    report('file_missing', { file }, 'The head that the entries continue from is not in the archive.');
    return empty;
  }
  const head = parseJsonFile(bytes, ledgerHeadSchema);
  if (!head.ok) {
    report(
      'ledger_start_invalid',
      { file },
      `The head that the entries continue from cannot be read: ${head.reason}.`,
    );
    return empty;
  }
  const isFirst = head.value.size === 0;
  if (head.value.site !== site || (isFirst && head.value.headHash !== empty.headHash)) {
    report('ledger_start_invalid', { file }, `The head is not one of the ledger of ${site}.`);
  }
  return head.value;
}

/** The lines of all entry files of a site. A last line without its newline is a line too; it fails as an entry if cut. */
function* entryLines(site: string, files: ArchiveFiles): Generator<{ bytes: Uint8Array; place: Place }> {
  for (let index = 0; ; index++) {
    const file = entriesPath(site, index);
    const bytes = files.get(file);
    if (!bytes) return;
    let start = 0;
    for (let line = 1; start < bytes.length; line++) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline === -1 ? bytes.length : newline;
      yield { bytes: bytes.subarray(start, end), place: { file, line } };
      start = end + 1;
    }
  }
}

/** An entry, and whether its content is what its hash was made of. */
export interface ReadEntry {
  readonly value: LedgerEntry;
  readonly isGenuine: boolean;
}

async function verifyEntry(
  site: string,
  line: Uint8Array,
  place: Place,
  { keys, cryptography, report }: LedgerContext,
): Promise<ReadEntry | undefined> {
  const text = decodeUtf8(line);
  const parsed = text === undefined ? undefined : parseCanonical(text, ledgerEntrySchema);
  if (!parsed?.ok) {
    report(
      'entry_malformed',
      place,
      `This line is not a ledger entry: ${parsed?.reason ?? 'it is not UTF-8'}.`,
    );
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
  if (payload) verifyBundle(site, payload, cryptography, itsPlace, report);
  return { value: entry, isGenuine: true };
}

function verifyBundle(
  site: string,
  payload: Uint8Array,
  { sha256 }: Cryptography,
  place: Place,
  report: Report,
): void {
  const bundle = readStatement(payload, sha256);
  if (!bundle.ok) {
    report(bundle.code, place, `The bundle is not sound: ${bundle.reason}.`);
  } else if (bundle.statement.predicate.site !== site) {
    report(
      'foreign_site',
      place,
      `The bundle is of site ${bundle.statement.predicate.site}, in the ledger of ${site}.`,
    );
  }
}

function verifyClaim(
  site: string,
  claim: ManifestSite | undefined,
  found: Omit<ManifestSite, 'site'>,
  report: Report,
): void {
  if (!claim) return;
  for (const fact of ['firstSeq', 'entries', 'headHash'] as const) {
    if (claim[fact] === found[fact]) continue;
    const message = `The manifest says ${fact} of ${site} is ${claim[fact]}, and it is ${found[fact]}.`;
    report('manifest_mismatch', { file: entriesPath(site, 0) }, message);
  }
}
