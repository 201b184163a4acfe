import { encodeUtf8, decodeBase64 } from '../bytes.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import { envelopeJson, signEnvelope } from '../dsse.ts';
import { emptyHead, type LedgerEntry, type LedgerHead } from '../ledger.ts';
import { fingerprintOf, type Signer } from '../signer.ts';
import { writeJsonFile } from '../archive/json-file.ts';
import type { ArchiveKey } from '../archive/key-history.ts';
import { type Manifest, manifestPayloadType, type ManifestSite } from '../archive/manifest.ts';
import {
  checkpointPath,
  entriesPath,
  entriesPerFile,
  keysPath,
  manifestEnvelopePath,
  manifestPath,
  readmePath,
  startPath,
} from '../archive/paths.ts';
import { archiveReadmeV1 } from './readme-v1.ts';
import { writeZip } from './zip-bytes.ts';

export interface ArchiveSiteV1 {
  readonly site: string;
  /** The ledger's head before the first of `entries`; of the empty ledger without it. */
  readonly start?: LedgerHead;
  /** In order, without gaps, up to exactly the checkpoint's size. */
  readonly entries: readonly LedgerEntry[];
  /** Signed note, see checkpoint.ts. */
  readonly checkpoint: string;
}

export interface ArchiveInputV1 {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** All keys that signed anything in the archive, the manifest's signer among them (purpose `evidence`). */
  readonly keys: readonly ArchiveKey[];
  readonly sites: readonly ArchiveSiteV1[];
}

/**
 * An evidence archive of format 1, which is no longer written but has to verify for ever. The same input gives the same bytes. What is put in is not verified; throws ArchiveTooLargeError beyond 4 GiB.
 */
export function createArchiveV1(input: ArchiveInputV1, manifestSigner: Signer, sha256: Sha256): Uint8Array {
  const files = new Map<string, Uint8Array>();
  const sites = input.sites.map((site) => addSite(files, site, sha256));
  files.set(keysPath, writeJsonFile({ keys: input.keys }));
  files.set(
    readmePath,
    encodeUtf8(archiveReadmeV1(input.createdAt, sites, fingerprints(input.keys, sha256))),
  );

  const manifest: Manifest = {
    format: 'malachor.dev/archive/v1',
    createdAt: input.createdAt,
    sites,
    files: [...files]
      .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) }))
      .sort(byPath),
  };
  const manifestBytes = writeJsonFile(manifest);
  const envelope = signEnvelope(manifestPayloadType, manifestBytes, [manifestSigner]);
  files.set(manifestPath, manifestBytes);
  files.set(manifestEnvelopePath, encodeUtf8(`${envelopeJson(envelope)}\n`));
  return writeZip(files);
}

function addSite(files: Map<string, Uint8Array>, input: ArchiveSiteV1, sha256: Sha256): ManifestSite {
  const { site, entries } = input;
  const start = input.start ?? emptyHead(site, sha256);
  files.set(startPath(site), writeJsonFile(start));
  files.set(checkpointPath(site), encodeUtf8(input.checkpoint));
  for (let first = 0; first < entries.length; first += entriesPerFile) {
    const lines = entries.slice(first, first + entriesPerFile).map((entry) => `${canonicalJson(entry)}\n`);
    files.set(entriesPath(site, first / entriesPerFile), encodeUtf8(lines.join('')));
  }
  const headHash = entries.at(-1)?.entryHash ?? start.headHash;
  return { site, firstSeq: start.size, entries: entries.length, headHash };
}

function fingerprints(
  keys: readonly ArchiveKey[],
  sha256: Sha256,
): { purpose: string; fingerprint: string }[] {
  return keys.map(({ purpose, publicKey }) => ({
    purpose,
    fingerprint: fingerprintOf(decodeBase64(publicKey) ?? new Uint8Array(), sha256),
  }));
}

function byPath(left: { path: string }, right: { path: string }): number {
  return left.path < right.path ? -1 : 1;
}
