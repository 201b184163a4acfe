import { bundlePayloadType, readStatement } from '../bundle.ts';
import { decodeUtf8 } from '../bytes.ts';
import { isSignedBy, parseCheckpoint } from '../checkpoint.ts';
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
import { isValidAt, type KnownKey } from './key-history.ts';
import type { ManifestSite } from './manifest.ts';
import { checkpointPath, entriesPath, startPath } from './paths.ts';
import type { Place, Report, SiteReport } from './report.ts';
import { verifySignatures } from './verify-signatures.ts';
import type { ArchiveFiles } from './zip.ts';

export interface LedgerContext {
  readonly files: ArchiveFiles;
  readonly keys: readonly KnownKey[];
  readonly cryptography: Cryptography;
  readonly report: Report;
}

/**
 * Verifies one site's ledger: where it starts, every entry on its own, their order and chain, and that the signed checkpoint
 * covers exactly them. `claim` is what the manifest says of the site, where it could be read.
 */
export async function verifyLedger(
  site: string,
  claim: ManifestSite | undefined,
  context: LedgerContext,
): Promise<SiteReport> {
  let isIntact = true;
  const report: Report = (...problem) => {
    isIntact = false;
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
    ...(isIntact ? { root: rootOf(tree, context.cryptography.sha256) } : {}),
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

/** Where the entries end. Without `root` something was wrong before: another root would only be its consequence. */
interface LedgerEnd {
  readonly size: number;
  readonly root?: string;
  readonly last: LedgerEntry | undefined;
}

async function verifyCheckpoint(
  site: string,
  end: LedgerEnd,
  { files, keys, cryptography, report }: LedgerContext,
): Promise<number | undefined> {
  const file = checkpointPath(site);
  const bytes = files.get(file);
  if (!bytes) {
    report('file_missing', { file }, 'The signed checkpoint is not in the archive.');
    return undefined;
  }
  const note = parseCheckpoint(decodeUtf8(bytes) ?? '');
  if (!note) {
    report('checkpoint_malformed', { file }, 'The checkpoint is not a signed note of this ledger.');
    return undefined;
  }
  const { size, root } = note.checkpoint;
  if (note.checkpoint.site !== site) {
    report('foreign_site', { file, line: 1 }, `The checkpoint is of site ${note.checkpoint.site}.`);
  }
  if (size !== end.size) {
    const message = `The checkpoint covers ${size} entries, and the ledger has ${end.size}: entries were cut off or added.`;
    report('checkpoint_size_mismatch', { file, line: 2, seq: Math.min(size, end.size) }, message);
  } else if (end.root !== undefined && root !== end.root) {
    report(
      'checkpoint_root_mismatch',
      { file, line: 3 },
      'The entries are not those the checkpoint was signed over.',
    );
  }

  const signedAt = end.last?.recordedAt;
  const signers: KnownKey[] = [];
  for (const key of keys.filter(({ purpose }) => purpose === 'checkpoint')) {
    if (await isSignedBy(note, key.publicKey, cryptography)) signers.push(key);
  }
  const place = { file, line: 5 };
  if (signers.length === 0) {
    report('signature_invalid', place, 'No checkpoint key of keys.json signed this checkpoint.');
  } else if (!signers.some(({ isTrusted }) => isTrusted)) {
    report('key_not_trusted', place, 'No trusted key signed this checkpoint.');
  } else if (signedAt !== undefined && !signers.some((key) => key.isTrusted && isValidAt(key, signedAt))) {
    report('key_not_valid_then', place, `The checkpoint's key was not valid at ${signedAt}.`);
  }
  return size;
}
