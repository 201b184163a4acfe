import { equalBytes } from '../bytes.ts';
import { envelopeSchema } from '../../contracts/order.ts';
import type { Cryptography } from '../signer.ts';
import { parseJsonFile } from './json-file.ts';
import { type KnownKey, readKeyHistory } from './key-history.ts';
import { type Manifest, manifestPayloadType, manifestSchema } from './manifest.ts';
import { keysPath, manifestEnvelopePath, manifestPath } from './paths.ts';
import type { ArchiveProblem, ArchiveReport, Report, SiteReport } from './report.ts';
import { verifyContainer } from './verify-container.ts';
import { verifyLedger } from './verify-ledger.ts';
import { verifySignatures } from './verify-signatures.ts';
import { type ArchiveFiles, readZip } from './zip.ts';

export interface VerifyOptions {
  readonly cryptography: Cryptography;
  /**
   * Fingerprints (SHA-256 of raw public keys, hex) of the keys whose signatures count. Without them the archive's own key list
   * is believed, which finds damage but not a forger who replaced the keys too; the report says which it was.
   */
  readonly trustedKeys?: readonly string[] | undefined;
}

/**
 * Verifies an evidence archive without network or files. Every byte of it is covered: a report without problems means that
 * the archive is exactly as its signer made it. Names all problems it can tell apart; never throws for what is in the bytes.
 */
export async function verifyArchive(bytes: Uint8Array, options: VerifyOptions): Promise<ArchiveReport> {
  const { cryptography, trustedKeys } = options;
  const problems: ArchiveProblem[] = [];
  const report: Report = (code, place, message) => problems.push({ code, place, message });

  const container = readZip(bytes);
  if (!container.ok) {
    report(
      'archive_unreadable',
      { offset: container.offset },
      `The file is not an intact ZIP: ${container.reason}.`,
    );
    return finish([], [], problems, trustedKeys);
  }
  const { files } = container;
  const keys = readKeyHistory(files.get(keysPath), trustedKeys, cryptography.sha256, report);
  const manifest = readManifest(files, report);
  await verifyManifestSignature(files, manifest, keys, cryptography, report);
  const changedFiles = verifyFiles(files, manifest, cryptography, report);
  const sites = await verifyLedgers({ files, manifest, keys, cryptography, report });
  verifyContainer(bytes, files, changedFiles, report);
  return finish(keys, sites, problems, trustedKeys);
}

function readManifest(files: ArchiveFiles, report: Report): Manifest | undefined {
  const bytes = files.get(manifestPath);
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
  const bytes = files.get(manifestEnvelopePath);
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
  const plain = files.get(manifestPath);
  if (payload && plain && !equalBytes(payload, plain)) {
    report('file_changed', { file: manifestPath }, 'The manifest is not the one that was signed.');
  }
}

/** Compares every file with the manifest; resolves to the paths of those that differ. */
function verifyFiles(
  files: ArchiveFiles,
  manifest: Manifest | undefined,
  { sha256 }: Cryptography,
  report: Report,
): Set<string> {
  const changed = new Set<string>();
  if (!manifest) return changed;
  const expected = new Set([manifestPath, manifestEnvelopePath]);
  for (const { path, bytes, sha256: digest } of manifest.files) {
    expected.add(path);
    const file = files.get(path);
    if (!file) {
      report('file_missing', { file: path }, 'The manifest lists this file, and it is not in the archive.');
    } else if (file.length !== bytes || sha256(file) !== digest) {
      changed.add(path);
      report('file_changed', { file: path }, 'The file is not the one the manifest was made of.');
    }
  }
  for (const path of files.keys()) {
    if (!expected.has(path))
      report('file_unexpected', { file: path }, 'The manifest does not list this file.');
  }
  return changed;
}

/** Every ledger that the manifest names or that files are there of. */
async function verifyLedgers(context: {
  files: ArchiveFiles;
  manifest: Manifest | undefined;
  keys: readonly KnownKey[];
  cryptography: Cryptography;
  report: Report;
}): Promise<SiteReport[]> {
  const claims = new Map(context.manifest?.sites.map((claim) => [claim.site, claim]));
  const present = [...context.files.keys()].flatMap((path) => /^ledger\/([^/]+)\//.exec(path)?.[1] ?? []);
  const reports: SiteReport[] = [];
  for (const site of new Set([...claims.keys(), ...present])) {
    reports.push(await verifyLedger(site, claims.get(site), context));
  }
  return reports;
}

function finish(
  keys: readonly KnownKey[],
  sites: readonly SiteReport[],
  problems: readonly ArchiveProblem[],
  trustedKeys: readonly string[] | undefined,
): ArchiveReport {
  return {
    verified: problems.length === 0,
    keySource: trustedKeys === undefined ? 'archive' : 'pinned',
    keys: keys.map(({ keyId, fingerprint, purpose, isPinned }) => ({
      keyId,
      fingerprint,
      purpose,
      isPinned,
    })),
    sites,
    problems,
  };
}
