import type { HeaderAtHeight } from '../anchor/anchor.ts';
import type { VerifyToken } from '../anchor/verify-anchor.ts';
import { equalBytes } from '../bytes.ts';
import { envelopeSchema } from '../../contracts/order.ts';
import type { Cryptography } from '../signer.ts';
import { ArchiveFiles } from './archive-files.ts';
import { type ByteSource, bytesSource } from './byte-source.ts';
import { parseJsonFile } from './json-file.ts';
import { type KnownKey, readKeyHistory } from './key-history.ts';
import type { LedgerContext, OnEntry } from './ledger-context.ts';
import { archiveFormat, type Manifest, manifestPayloadType, manifestSchema } from './manifest.ts';
import { keysPath, manifestEnvelopePath, manifestPath, readLedgerPath } from './paths.ts';
import { ProblemList } from './problem-list.ts';
import { readZip } from './read-zip.ts';
import type { ArchiveReport, Report, SiteReport } from './report.ts';
import { verifyContainer } from './verify-container.ts';
import { type ControlMapFile, verifyControls } from './verify-controls.ts';
import { verifyFiles } from './verify-files.ts';
import { verifyLedger } from './verify-ledger.ts';
import { verifySignatures } from './verify-signatures.ts';

export interface VerifyOptions {
  readonly cryptography: Cryptography;
  /**
   * Fingerprints (SHA-256 of raw public keys, hex) of the keys whose signatures count. Without them the archive's own key list
   * is believed, which finds damage but not a forger who replaced the keys too; the report says which it was.
   */
  readonly trustedKeys?: readonly string[] | undefined;
  /** Block headers of the chain the caller believes in: with them, every header of an anchor must be one of them. */
  readonly trustedHeaders?: readonly HeaderAtHeight[] | undefined;
  /** Verifies RFC 3161 tokens; without it they are reported as unchecked. */
  readonly verifyToken?: VerifyToken | undefined;
  /**
   * Called with each entry whose statement can be read, in the order of each site's ledger, and with what is genuinely disclosed of
   * it. What was called with counts only where the archive turns out to be verified.
   */
  readonly onEntry?: OnEntry | undefined;
  /** Called with each sound map of controls. */
  readonly onControls?: ((map: ControlMapFile) => void) | undefined;
  /** Called now and then with the number of entries verified so far, and how many the manifest says there are. */
  readonly onProgress?: ((verified: number, entries: number) => void) | undefined;
}

/**
 * Verifies an evidence archive without network or files. Every byte of it is covered: a report without problems means that
 * the archive is exactly as its signer made it. Names all problems it can tell apart; never throws for what is in the bytes, and
 * rejects only where `archive` can no longer be read. Needs memory for the largest file of the archive, not for all of it.
 */
export async function verifyArchive(
  archive: ByteSource | Uint8Array,
  options: VerifyOptions,
): Promise<ArchiveReport> {
  const source = archive instanceof Uint8Array ? bytesSource(archive) : archive;
  const { cryptography, trustedKeys } = options;
  const problems = new ProblemList();
  const { report } = problems;

  const container = await readZip(source);
  if (!container.ok) {
    const message = `The file is not an intact ZIP: ${container.reason}.`;
    report('archive_unreadable', { offset: container.offset }, message);
    return finish([], [], problems, trustedKeys);
  }
  const files = new ArchiveFiles(source, container.files);
  const keys = readKeyHistory(await files.read(keysPath), trustedKeys, cryptography.sha256, report);
  const manifest = await readManifest(files, report);
  await verifyManifestSignature(files, manifest, keys, cryptography, report);
  const { changed, members } = await verifyFiles(files, manifest, cryptography, report);
  const sites = await verifyLedgers(manifest, {
    files,
    keys,
    cryptography,
    report,
    trustedHeaders: options.trustedHeaders,
    verifyToken: options.verifyToken,
    onEntries: progressOf(manifest, options),
    onEntry: options.onEntry,
  });
  if (manifest?.format === archiveFormat)
    await verifyControls(files, cryptography, report, options.onControls);
  await verifyContainer(files, members, changed, report);
  return finish(keys, sites, problems, trustedKeys);
}

function progressOf(manifest: Manifest | undefined, { onProgress }: VerifyOptions): (count: number) => void {
  const entries = manifest?.sites.reduce((sum, site) => sum + site.entries, 0) ?? 0;
  let verified = 0;
  return (count) => {
    verified += count;
    onProgress?.(verified, Math.max(entries, verified));
  };
}

async function readManifest(files: ArchiveFiles, report: Report): Promise<Manifest | undefined> {
  const bytes = await files.read(manifestPath);
  if (!bytes) {
    report('file_missing', { file: manifestPath }, 'The manifest is not in the archive.');
    return undefined;
  }
  const manifest = parseJsonFile(bytes, manifestSchema);
  if (manifest.ok) return manifest.value;
  report('manifest_unreadable', { file: manifestPath }, `The manifest cannot be read: ${manifest.reason}.`);
  return undefined;
}

async function verifyManifestSignature(
  files: ArchiveFiles,
  manifest: Manifest | undefined,
  keys: readonly KnownKey[],
  cryptography: Cryptography,
  report: Report,
): Promise<void> {
  const place = { file: manifestEnvelopePath };
  const bytes = await files.read(manifestEnvelopePath);
  if (!bytes) {
    report('file_missing', place, "The manifest's signature is not in the archive.");
    return;
  }
  const envelope = parseJsonFile(bytes, envelopeSchema);
  if (!envelope.ok) {
    report('signature_invalid', place, `The manifest's signature cannot be read: ${envelope.reason}.`);
    return;
  }
  const expected = {
    payloadType: manifestPayloadType,
    purpose: 'evidence',
    signedAt: manifest?.createdAt ?? '',
  } as const;
  const payload = await verifySignatures(envelope.value, expected, keys, cryptography, place, report);
  const plain = await files.read(manifestPath);
  if (payload && plain && !equalBytes(payload, plain)) {
    report('file_changed', { file: manifestPath }, 'The manifest is not the one that was signed.');
  }
}

/** Every ledger that the manifest names or that files are there of. */
async function verifyLedgers(manifest: Manifest | undefined, context: LedgerContext): Promise<SiteReport[]> {
  const claims = new Map(manifest?.sites.map((claim) => [claim.site, claim]));
  const present = context.files.paths.flatMap((path) => readLedgerPath(path)?.site ?? []);
  const reports: SiteReport[] = [];
  for (const site of new Set([...claims.keys(), ...present])) {
    reports.push(await verifyLedger(site, claims.get(site), context));
  }
  return reports;
}

function finish(
  keys: readonly KnownKey[],
  sites: readonly SiteReport[],
  { problems, omitted }: ProblemList,
  trustedKeys: readonly string[] | undefined,
): ArchiveReport {
  return {
    verified: problems.length === 0,
    keySource: trustedKeys === undefined ? 'archive' : 'pinned',
    keys: keys.map(({ keyId, fingerprint, purpose, name, isPinned }) => ({
      keyId,
      fingerprint,
      purpose,
      ...(name === undefined ? {} : { name }),
      isPinned,
    })),
    sites,
    problems,
    problemsOmitted: omitted,
  };
}
