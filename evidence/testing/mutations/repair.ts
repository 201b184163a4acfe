import { manifestPayloadType, type Manifest } from '../../archive/manifest.ts';
import { keyHistorySchema } from '../../archive/key-history.ts';
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
import { type LedgerEntry, ledgerEntrySchema, ledgerHeadSchema } from '../../ledger.ts';
import { appendLeaf, type CompactRange, rootOf } from '../../merkle.ts';
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

/** The entries of a ledger's first file; lines that are none are left out. */
export function entriesOf(files: ReadonlyMap<string, Uint8Array>, site: string): LedgerEntry[] {
  return textOf(files, entriesPath(site, 0))
    .split('\n')
    .flatMap((line) => {
      const entry = ledgerEntrySchema.safeParse(jsonOf(line));
      return entry.success ? [entry.data] : [];
    });
}

/** The JSON of a text, or undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
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

/** Where a key list or a ledger can no longer be read, not even a forger can go on from it. */
function putOwnKeys(files: Files, { sites }: Manifest, forger: Signer): void {
  const history = keyHistorySchema.safeParse(jsonOf(textOf(files, keysPath)));
  if (!history.success) return;
  const keys = [archiveKey(forger, 'evidence'), archiveKey(forger, 'checkpoint'), ...history.data.keys];
  files.set(keysPath, encodeUtf8(`${canonicalJson({ keys })}\n`));
  for (const { site } of sites) {
    const start = ledgerHeadSchema.safeParse(jsonOf(textOf(files, startPath(site))));
    if (!start.success) continue;
    const tree = entriesOf(files, site).reduce<CompactRange>(
      (before, { entryHash }) => appendLeaf(before, entryHash, sha256),
      start.data,
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
