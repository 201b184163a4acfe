import { manifestPayloadType, type Manifest } from '../../archive/manifest.ts';
import type { ArchiveKey } from '../../archive/key-history.ts';
import {
  checkpointPath,
  entriesPath,
  keysPath,
  manifestEnvelopePath,
  manifestPath,
  startPath,
} from '../../archive/paths.ts';
import { decodeUtf8, encodeUtf8 } from '../../bytes.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { signCheckpoint } from '../../checkpoint.ts';
import { envelopeJson, signEnvelope } from '../../dsse.ts';
import type { LedgerEntry, LedgerHead } from '../../ledger.ts';
import { appendLeaf, rootOf } from '../../merkle.ts';
import { sha256 } from '../../node/hasher.ts';
import type { Signer } from '../../signer.ts';
import { archiveKey } from '../sample-evidence.ts';
import type { Subject } from './subject.ts';
import { writeZip, zipInOrder } from '../zip-bytes.ts';

/**
 * How far somebody without the keys goes to hide a change: not at all beyond the ZIP's checksums; every digest and count of the
 * manifest put right; or also keys of their own put on the list, with which manifest and checkpoints are signed anew.
 */
export const repairs = ['checksums', 'manifest', 'own keys'] as const;
export type Repair = (typeof repairs)[number];

export type Files = Map<string, Uint8Array>;

export function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return decodeUtf8(files.get(path) ?? new Uint8Array()) ?? '';
}

export function entriesOf(files: ReadonlyMap<string, Uint8Array>, site: string): LedgerEntry[] {
  const lines = textOf(files, entriesPath(site, 0))
    .split('\n')
    .filter((line) => line !== '');
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as LedgerEntry];
    } catch {
      return [];
    }
  });
}

/** The archive of changed files of `subject`, repaired that far; `forger` signs where it is with own keys. */
export function assemble(subject: Subject, files: Files, repair: Repair, forger: Signer): Uint8Array {
  const original = JSON.parse(textOf(subject.files, manifestPath)) as Manifest;
  const isFormat1 = original.format === 'malachor.dev/archive/v1';
  if (repair === 'own keys') putOwnKeys(files, original, forger);
  if (repair !== 'checksums') {
    const manifest = manifestOf(files, original);
    const bytes = encodeUtf8(`${canonicalJson(manifest)}\n`);
    files.set(manifestPath, bytes);
    if (repair === 'own keys') {
      const envelope = signEnvelope(manifestPayloadType, bytes, [forger]);
      files.set(manifestEnvelopePath, encodeUtf8(`${envelopeJson(envelope)}\n`));
    }
  }
  return isFormat1 ? writeZip(files) : zipInOrder(manifestLast(files));
}

function putOwnKeys(files: Files, { sites }: Manifest, forger: Signer): void {
  const { keys } = JSON.parse(textOf(files, keysPath)) as { keys: ArchiveKey[] };
  const own = [archiveKey(forger, 'evidence'), archiveKey(forger, 'checkpoint')];
  files.set(keysPath, encodeUtf8(`${canonicalJson({ keys: [...own, ...keys] })}\n`));
  for (const { site } of sites) {
    const start = JSON.parse(textOf(files, startPath(site))) as LedgerHead;
    const tree = entriesOf(files, site).reduce<{ size: number; frontier: readonly string[] }>(
      (before, { entryHash }) => appendLeaf(before, entryHash, sha256),
      start,
    );
    const checkpoint = { site, size: tree.size, root: rootOf(tree, sha256) };
    files.set(checkpointPath(site), encodeUtf8(signCheckpoint(checkpoint, forger, sha256)));
  }
}

function manifestOf(files: Files, original: Manifest): Manifest {
  const paths = [...files.keys()].filter((path) => path !== manifestPath && path !== manifestEnvelopePath);
  if (original.format === 'malachor.dev/archive/v1') paths.sort();
  return {
    ...original,
    files: paths.map((path) => {
      const bytes = files.get(path) ?? new Uint8Array();
      return { path, bytes: bytes.length, sha256: sha256(bytes) };
    }),
    sites: original.sites.map((claim) => {
      const entries = entriesOf(files, claim.site);
      return { ...claim, entries: entries.length, headHash: entries.at(-1)?.entryHash ?? claim.headHash };
    }),
  };
}

function manifestLast(files: Files): Files {
  const isManifest = (path: string) => path === manifestPath || path === manifestEnvelopePath;
  const all = [...files];
  return new Map([...all.filter(([path]) => !isManifest(path)), ...all.filter(([path]) => isManifest(path))]);
}
