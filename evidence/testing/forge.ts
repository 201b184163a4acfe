import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical-json.ts';
import { type LedgerEntry, entryHash } from '../ledger.ts';
import type { Manifest } from '../archive/manifest.ts';
import { sha256 } from '../node/hasher.ts';
import { filesOf, writeZip, zipInOrder } from './zip-bytes.ts';

/** What someone who holds an archive but none of its keys can do to it, all checksums and hashes put right again. */

/** The archive of changed files, in the order that the format of `original` wants. */
export function zipLike(original: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const isFormat1 = textOf(filesOf(original), 'manifest.json').includes('archive/v1"');
  return isFormat1 ? writeZip(files) : zipInOrder(files);
}

/** The archive with one file changed, or removed where `change` gives undefined; ZIP checksums are right. */
export function withFile(
  archive: Uint8Array,
  path: string,
  change: (text: string) => string | undefined,
): Uint8Array {
  const files = filesOf(archive);
  const changed = change(textOf(files, path));
  if (changed === undefined) files.delete(path);
  else files.set(path, encodeUtf8(changed));
  return zipLike(archive, files);
}

/** The same with the manifest's digests put right too. Its signature cannot be. */
export function withFileAndManifest(
  archive: Uint8Array,
  path: string,
  change: (text: string) => string | undefined,
): Uint8Array {
  const changed = withFile(archive, path, change);
  const files = filesOf(changed);
  return withFile(changed, 'manifest.json', (text) => {
    const manifest = JSON.parse(text) as Manifest;
    const listed = manifest.files.filter((file) => files.has(file.path));
    const corrected = listed.map((file) => {
      const bytes = files.get(file.path) ?? new Uint8Array();
      return { path: file.path, bytes: bytes.length, sha256: sha256(bytes) };
    });
    return `${canonicalJson({ ...manifest, files: corrected })}\n`;
  });
}

/** Changes the lines of a text file. */
export function lines(change: (lines: string[]) => string[]): (text: string) => string {
  return (text) => `${change(text.trimEnd().split('\n')).join('\n')}\n`;
}

/** Changes the entries of a file, numbers them anew where asked, and rebuilds the hash chain from the first on. */
export function entries(change: (entries: LedgerEntry[]) => LedgerEntry[]): (text: string) => string {
  return lines((all) => {
    const before = all.map((line) => JSON.parse(line) as LedgerEntry);
    const first = before[0];
    let seq = first?.seq ?? 0;
    let previousHash = first?.previousHash ?? '';
    return change(before).map(({ envelope, recordedAt }) => {
      const content = { seq: seq++, previousHash, envelope, recordedAt };
      previousHash = entryHash(content, sha256);
      return canonicalJson({ ...content, entryHash: previousHash });
    });
  });
}

function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return decodeUtf8(files.get(path) ?? new Uint8Array()) ?? '';
}
