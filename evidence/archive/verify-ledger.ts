import { emptyHead, type LedgerHead, ledgerHeadSchema } from '../ledger.ts';
import { appendLeaf, type CompactRange, rootOf } from '../merkle.ts';
import { heartbeatPredicateType } from '../statements/heartbeat-v1.ts';
import type { Statement } from '../statements/read-statement.ts';
import { scanPredicateType } from '../statements/scan-v1.ts';
import type { ArchiveFiles } from './archive-files.ts';
import { DisclosedLines, type FieldCount } from './disclosed-lines.ts';
import { EntryOrder } from './entry-order.ts';
import { parseJsonFile } from './json-file.ts';
import type { LedgerContext } from './ledger-context.ts';
import { LedgerPoints } from './ledger-points.ts';
import { splitLines } from './lines.ts';
import type { ManifestSite } from './manifest.ts';
import { entriesPath, readLedgerPath, startPath } from './paths.ts';
import { Timeline } from './read-timeline.ts';
import type { Report, SiteReport } from './report.ts';
import { verifyAnchors } from './verify-anchors.ts';
import { verifyCheckpoint, verifySizedCheckpoints } from './verify-checkpoint.ts';
import { verifyEntry } from './verify-entry.ts';

/**
 * Verifies one site's ledger: where it starts, every entry on its own, their order and chain, that the signed checkpoint covers
 * exactly them, and that all other checkpoints and anchors are of the same ledger. `claim` is what the manifest says of the site,
 * where it could be read. One file of entries is in memory at a time.
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
  const { sha256 } = context.cryptography;

  const start = await readStart(site, inner);
  const order = new EntryOrder(start, report);
  const points = new LedgerPoints(sizesOf(site, context.files), sha256);
  let tree: CompactRange = start;
  let from: string | undefined;
  points.reach(tree, problemCount === 0, undefined);
  const timeline = new Timeline(claim?.expected);
  const fields: FieldCount = { disclosed: 0, withheld: 0 };
  const kinds = { incidents: 0, scanPages: 0, heartbeats: 0 };
  for await (const { index, bytes } of entryFiles(site, inner)) {
    const disclosed = await DisclosedLines.read(site, index, fields, inner);
    const before = order.count;
    for (const { text, line } of splitLines(bytes)) {
      const place = { file: entriesPath(site, index), line };
      const entry = await verifyEntry(site, text, { ...place, seq: order.nextSeq }, inner);
      order.take(entry, place);
      if (!entry) continue;
      from ??= entry.value.recordedAt;
      tree = appendLeaf(tree, entry.value.entryHash, sha256);
      points.reach(tree, problemCount === 0, entry.value.recordedAt);
      const shown = disclosed.verify(entry);
      if (!entry.statement) continue;
      context.onEntry?.(site, entry.value, entry.statement, shown);
      timeline.take(entry.value, entry.statement);
      kinds[kindOf(entry.statement)]++;
    }
    disclosed.end();
    context.onEntries(order.count - before);
  }

  const { last, count } = order;
  const found = { firstSeq: start.size, entries: count, headHash: last?.entryHash ?? start.headHash };
  verifyClaim(site, claim, found, report);
  const end = {
    size: order.nextSeq,
    root: problemCount === 0 ? rootOf(tree, sha256) : undefined,
    recordedAt: last?.recordedAt,
  };
  const signed = await verifyCheckpoint(site, end, inner);
  const ledger = { site, start: start.size, end, points };
  const sized = await verifySizedCheckpoints(ledger, inner);
  const anchors = await verifyAnchors(ledger, inner);
  return {
    site,
    entries: count,
    firstSeq: start.size,
    kinds,
    ...(from !== undefined && last ? { from, to: last.recordedAt } : {}),
    ...(signed === undefined ? {} : { checkpointSize: signed.size }),
    fields,
    anchors,
    ...timeline.completeness(),
    witnesses: [...(signed?.witnesses ?? []), ...sized],
  };
}

function kindOf({ predicateType }: Statement): keyof SiteReport['kinds'] {
  if (predicateType === scanPredicateType) return 'scanPages';
  return predicateType === heartbeatPredicateType ? 'heartbeats' : 'incidents';
}

async function readStart(site: string, { files, cryptography, report }: LedgerContext): Promise<LedgerHead> {
  const empty = emptyHead(site, cryptography.sha256);
  const file = startPath(site);
  const bytes = await files.read(file);
  if (!bytes) {
    report('file_missing', { file }, 'The head that the entries continue from is not in the archive.');
    return empty;
  }
  const head = parseJsonFile(bytes, ledgerHeadSchema);
  if (!head.ok) {
    const message = `The head that the entries continue from cannot be read: ${head.reason}.`;
    report('ledger_start_invalid', { file }, message);
    return empty;
  }
  const isFirst = head.value.size === 0;
  if (head.value.site !== site || (isFirst && head.value.headHash !== empty.headHash)) {
    report('ledger_start_invalid', { file }, `The head is not one of the ledger of ${site}.`);
  }
  return head.value;
}

/** Sizes that files of the site are named for. */
function sizesOf(site: string, files: ArchiveFiles): Set<number> {
  const sizes = files.paths.flatMap((path) => {
    const read = readLedgerPath(path);
    return read?.site === site && read.file && 'size' in read.file ? [read.file.size] : [];
  });
  return new Set(sizes);
}

/** The files of entries, one in memory at a time. */
async function* entryFiles(
  site: string,
  { files, report }: LedgerContext,
): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  let index = 0;
  for (; files.find(entriesPath(site, index)); index++) {
    const bytes = await files.read(entriesPath(site, index));
    if (bytes) yield { index, bytes };
  }
  for (const path of files.paths) {
    const read = readLedgerPath(path);
    if (read?.site !== site || !read.file || !('index' in read.file) || read.file.index < index) continue;
    const message = `${path} follows, and this file of entries is not in the archive.`;
    report('file_missing', { file: entriesPath(site, index) }, message);
    return;
  }
}

function verifyClaim(
  site: string,
  claim: ManifestSite | undefined,
  found: Omit<ManifestSite, 'site' | 'expected'>,
  report: Report,
): void {
  if (!claim) return;
  for (const fact of ['firstSeq', 'entries', 'headHash'] as const) {
    if (claim[fact] === found[fact]) continue;
    const message = `The manifest says ${fact} of ${site} is ${claim[fact]}, and it is ${found[fact]}.`;
    report('manifest_mismatch', { file: entriesPath(site, 0) }, message);
  }
}
