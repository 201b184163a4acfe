import type { Anchor } from '../anchor/anchor.ts';
import { encodeUtf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import type { Disclosure } from '../disclosure/commitment.ts';
import { envelopeJson, signEnvelope } from '../dsse.ts';
import { emptyHead, type LedgerEntry, type LedgerHead } from '../ledger.ts';
import type { Signer } from '../signer.ts';
import { writeJsonFile } from './json-file.ts';
import { keyFacts } from './key-facts.ts';
import type { ArchiveKey } from './key-history.ts';
import { archiveFormat, type Manifest, manifestPayloadType, type ManifestSite } from './manifest.ts';
import * as paths from './paths.ts';
import { archiveReadme } from './readme.ts';
import { TextBytes } from './text-bytes.ts';
import type { ConsistencyFile } from './verify-consistency.ts';
import type { ControlMapFile } from './verify-controls.ts';
import { ZipWriter } from './zip-writer.ts';

export interface ArchiveSite {
  readonly site: string;
  /** The ledger's head before the first of `entries`; of the empty ledger without it. */
  readonly start?: LedgerHead;
  /** How often heartbeats and scans were due; without it the verifier names no gaps. */
  readonly expected?: ManifestSite['expected'];
  /** In order, without gaps, up to exactly the checkpoint's size. Taken once. */
  readonly entries: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>;
  /** What is disclosed of an entry's hidden fields; none without it. */
  readonly disclosuresOf?: (entry: LedgerEntry) => readonly Disclosure[] | Promise<readonly Disclosure[]>;
  /** Signed note of the ledger's end, see checkpoint.ts; asked for when all entries have been taken. */
  readonly checkpoint: () => string | Promise<string>;
  /** Signed notes of other sizes; none below `start`. Those beyond the last entry need a proof. Asked for after the entries. */
  readonly checkpoints?: () => readonly SizedCheckpoint[] | Promise<readonly SizedCheckpoint[]>;
  /** Anchors by the size of their checkpoint; the same holds for them. Asked for after the entries. */
  readonly anchors?: () => readonly SizedAnchor[] | Promise<readonly SizedAnchor[]>;
}

export interface SizedCheckpoint {
  readonly size: number;
  readonly note: string;
  /** From the ledger's end in the archive, where `size` is beyond it. */
  readonly consistency?: ConsistencyFile;
}

export interface SizedAnchor {
  readonly size: number;
  readonly anchor: Anchor;
  readonly consistency?: ConsistencyFile;
}

/** A file made for people or other programs, at the archive's root, as `report-hipaa.pdf`. */
export interface ArchiveDocument {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ArchiveInput {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** All keys that signed anything in the archive, the manifest's signer among them (purpose `evidence`). */
  readonly keys: readonly ArchiveKey[];
  readonly sites: readonly ArchiveSite[];
  /** What the scans mean that say by digest what their checks stand for. Asked for when all ledgers have been written. */
  readonly controls?: () => Iterable<ControlMapFile>;
  /** Asked for when all ledgers have been written, so that they can be made from the entries as these went by. */
  readonly documents?: () => Iterable<ArchiveDocument> | AsyncIterable<ArchiveDocument>;
}

/** A file of entries is closed at a thousand of them or when it is this long, so that little memory is needed. */
const entriesBytes = 1 << 20;

/**
 * An evidence archive, part by part: a ZIP that `verifyArchive`, or a stranger with docs/evidence/archive.md, verifies offline.
 * The same input gives the same bytes. Needs memory for one file of entries and for the documents. What is put in is not
 * verified; throws ArchiveTooLargeError beyond 4 GiB.
 */
export async function* writeArchive(
  input: ArchiveInput,
  manifestSigner: Signer,
  sha256: Sha256,
): AsyncGenerator<Uint8Array> {
  const files = new FileList(sha256);
  const sites: ManifestSite[] = [];
  yield* files.add(paths.keysPath, writeJsonFile({ keys: input.keys }));
  for (const site of input.sites) sites.push(yield* writeSite(site, files, sha256));

  for (const map of input.controls?.() ?? []) {
    const digest = sha256(canonicalJson(map));
    yield* files.add(paths.controlsPath(digest), writeJsonFile(map));
  }
  const documents: string[] = [];
  for await (const { path, bytes } of input.documents?.() ?? []) {
    documents.push(path);
    yield* files.add(path, bytes);
  }
  const readme = archiveReadme(input.createdAt, sites, keyFacts(input.keys, sha256), documents);
  yield* files.add(paths.readmePath, encodeUtf8(readme));

  const { createdAt } = input;
  const manifest: Manifest = { format: archiveFormat, createdAt, sites, files: files.list };
  const bytes = writeJsonFile(manifest);
  const envelope = signEnvelope(manifestPayloadType, bytes, [manifestSigner]);
  yield* files.zip.addFile(paths.manifestPath, [bytes]);
  yield* files.zip.addFile(paths.manifestEnvelopePath, [encodeUtf8(`${envelopeJson(envelope)}\n`)]);
  yield* files.zip.end();
}

/** Puts files into the ZIP and on the manifest's list. */
class FileList {
  readonly list: Manifest['files'] = [];
  readonly zip = new ZipWriter();
  private readonly sha256: Sha256;

  constructor(sha256: Sha256) {
    this.sha256 = sha256;
  }

  add(path: string, bytes: Uint8Array): Uint8Array[] {
    this.list.push({ path, bytes: bytes.length, sha256: this.sha256(bytes) });
    return this.zip.addFile(path, [bytes]);
  }
}

async function* writeSite(
  input: ArchiveSite,
  files: FileList,
  sha256: Sha256,
): AsyncGenerator<Uint8Array, ManifestSite> {
  const { site } = input;
  const start = input.start ?? emptyHead(site, sha256);
  yield* files.add(paths.startPath(site), writeJsonFile(start));

  let headHash = start.headHash;
  let entries = 0;
  let index = 0;
  for await (const batch of inFiles(input)) {
    yield* files.add(paths.entriesPath(site, index), batch.lines);
    if (batch.disclosures.length > 0) {
      yield* files.add(paths.disclosuresPath(site, index), batch.disclosures);
    }
    entries += batch.entries;
    headHash = batch.headHash;
    index++;
  }
  yield* files.add(paths.checkpointPath(site), encodeUtf8(await input.checkpoint()));

  const consistencies = new Map<number, ConsistencyFile>();
  for (const { size, note, consistency } of (await input.checkpoints?.()) ?? []) {
    yield* files.add(paths.sizedCheckpointPath(site, size), encodeUtf8(note));
    if (consistency) consistencies.set(size, consistency);
  }
  for (const { size, anchor, consistency } of (await input.anchors?.()) ?? []) {
    yield* files.add(paths.anchorPath(site, size), writeJsonFile(anchor));
    if (consistency) consistencies.set(size, consistency);
  }
  for (const [size, consistency] of consistencies) {
    yield* files.add(paths.consistencyPath(site, size), writeJsonFile(consistency));
  }
  const { expected } = input;
  return { site, firstSeq: start.size, entries, headHash, ...(expected && { expected }) };
}

interface EntryFile {
  readonly entries: number;
  readonly lines: Uint8Array;
  /** Lines of what is disclosed of these entries. */
  readonly disclosures: Uint8Array;
  /** Of the last entry. */
  readonly headHash: string;
}

/** Up to a thousand entries at a time. */
async function* inFiles({ entries, disclosuresOf }: ArchiveSite): AsyncGenerator<EntryFile> {
  const lines = new TextBytes();
  const disclosed = new TextBytes();
  let count = 0;
  let headHash = '';
  const take = (): EntryFile => {
    const file = { entries: count, lines: lines.take(), disclosures: disclosed.take(), headHash };
    count = 0;
    return file;
  };
  for await (const entry of entries) {
    lines.append(`${canonicalJson(entry)}\n`);
    headHash = entry.entryHash;
    count++;
    const disclosures = (await disclosuresOf?.(entry)) ?? [];
    if (disclosures.length > 0) disclosed.append(`${canonicalJson({ seq: entry.seq, disclosures })}\n`);
    if (count === paths.entriesPerFile || lines.length + disclosed.length >= entriesBytes) yield take();
  }
  if (count > 0) yield take();
}
