import type { Anchor } from '../anchor/anchor.ts';
import { batchDigest, makeBatch } from '../anchor/batch.ts';
import { parseBlockHeader } from '../anchor/block-header.ts';
import type { ArchiveKey } from '../archive/key-history.ts';
import { type ArchiveDocument, type ArchiveInput, writeArchive } from '../archive/write-archive.ts';
import { signStatement } from '../bundle.ts';
import { concatBytes, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from '../bytes.ts';
import { parseCheckpoint, signCheckpoint } from '../checkpoint.ts';
import type { Disclosure } from '../disclosure/commitment.ts';
import { emptyHead, type LedgerEntry, ledgerRoot } from '../ledger.ts';
import { consistencyProof } from '../merkle-proof.ts';
import { sha256 } from '../node/hasher.ts';
import { applyPath, attestedAlong } from '../ots/build.ts';
import { serializeDetachedFile } from '../ots/detached-file.ts';
import type { Operation } from '../ots/operation.ts';
import { buildIncidentV2Statement } from '../statements/incident-v2.ts';
import { cosign } from '../witness/cosignature.ts';
import {
  archiveKey,
  checkpointSigner,
  evidenceSigner,
  ledgerOf,
  sampleKeys,
  sampleRecord,
  sampleTime,
  signerNamed,
} from './sample-evidence.ts';

/** Archives of format 2 with everything an archive can hold; the same call gives the same bytes. */

export const witnessSigner = signerNamed('witness');
export const witnessName = 'malachor.dev/witness/north-clinic/box-1';

export const sampleArchiveKeys: ArchiveKey[] = [
  ...sampleKeys,
  archiveKey(witnessSigner, 'witness', { name: witnessName }),
];

/** A block header of a test chain over that root, with the work it states: two tries on average. */
export function sampleHeader(merkleRoot: Uint8Array, timeMs: number): string {
  for (let nonce = 0; ; nonce++) {
    const header = new Uint8Array(80);
    const view = new DataView(header.buffer);
    view.setUint32(0, 0x20000000, true);
    header.set(merkleRoot, 36);
    view.setUint32(68, timeMs / 1_000, true);
    view.setUint32(72, 0x207fffff, true);
    view.setUint32(76, nonce, true);
    const hex = encodeHex(header);
    if (parseBlockHeader(hex, sha256)?.hasWork) return hex;
  }
}

/** The anchor of a checkpoint in a batch with two others, in a block of that height. */
export function sampleAnchor(note: string, height: number, timeMs: number): Anchor {
  const body = parseCheckpoint(note)?.body ?? '';
  const others = ['another', 'a third'].map((site) => `malachor.dev/ledger/${site}\n1\n${'A'.repeat(43)}=\n`);
  const batch = makeBatch([others[0] ?? '', body, others[1] ?? ''], sha256);
  const message = decodeHex(batchDigest(batch, sha256)) ?? new Uint8Array();
  const path: Operation[] = [
    { name: 'append', argument: encodeUtf8('a nonce') },
    { name: 'sha256' },
    { name: 'prepend', argument: decodeHex(sha256('a sibling')) ?? new Uint8Array() },
    { name: 'sha256' },
  ];
  const timestamp = attestedAlong(message, path, { kind: 'bitcoin', height }, sha256);
  return {
    checkpoint: note,
    batch: { size: batch.size, index: 1, proof: batch.proofs[1]?.map(String) ?? [], root: batch.root },
    ots: encodeBase64(serializeDetachedFile({ fileHash: 'sha256', timestamp })),
    headers: [{ height, header: sampleHeader(applyPath(message, path, sha256), timeMs) }],
    tokens: [],
  };
}

/** A ledger of `total` incidents whose hosts and facts are hidden, and what opens them, by entry. */
export function sampleHiddenLedger(site: string, total: number, signer = evidenceSigner) {
  const disclosures = new Map<number, readonly Disclosure[]>();
  const envelopes = Array.from({ length: total }, (_, number) => {
    let salts = 0;
    const newSalt = () => decodeHex(sha256(`${site} ${number} ${salts++}`).slice(0, 32)) ?? new Uint8Array();
    const built = buildIncidentV2Statement(sampleRecord(site, number), newSalt, sha256);
    disclosures.set(number, built.disclosures);
    return signStatement(built.payload, [signer]);
  });
  return { entries: ledgerOf(envelopes, emptyHead(site, sha256)).entries, disclosures };
}

export interface SampleSiteOptions {
  site: string;
  /** Entries of the ledger, and which of them are in the archive. */
  total: number;
  from: number;
  to: number;
  /** Sizes of witnessed checkpoints, and of anchored ones with the height of their block. */
  checkpoints?: number[];
  anchors?: { size: number; height: number }[];
  /** Entries whose hidden fields are withheld. */
  withheld?: number[];
  signer?: typeof evidenceSigner;
  logSigner?: typeof checkpointSigner;
}

/** A part of such a ledger as it goes into an archive. */
export function sampleArchiveSite(options: SampleSiteOptions): ArchiveInput['sites'][number] {
  const { site, total, from, to, checkpoints = [], anchors = [], withheld = [] } = options;
  const { entries, disclosures } = sampleHiddenLedger(site, total, options.signer);
  const headAt = (size: number) =>
    ledgerOf(
      entries.slice(0, size).map(({ envelope }) => envelope),
      emptyHead(site, sha256),
    ).head;
  const noteAt = (size: number) => {
    const checkpoint = { site, size, root: ledgerRoot(headAt(size), sha256) };
    return signCheckpoint(checkpoint, options.logSigner ?? checkpointSigner, sha256);
  };
  const witnessed = (note: string) => {
    const size = parseCheckpoint(note)?.checkpoint.size ?? 0;
    const seconds = Date.parse(sampleTime(size)) / 1_000;
    const witness = { name: witnessName, signer: witnessSigner };
    return note + cosign(parseCheckpoint(note)?.body ?? '', seconds, witness, sha256);
  };
  const consistency = (size: number) => {
    if (size <= to) return {};
    const leaves = entries.slice(0, size).map(({ entryHash }: LedgerEntry) => entryHash);
    return { consistency: { from: to, proof: consistencyProof(leaves, to, sha256) } };
  };
  return {
    site,
    start: headAt(from),
    entries: entries.slice(from, to),
    disclosuresOf: ({ seq }) => (withheld.includes(seq) ? [] : (disclosures.get(seq) ?? [])),
    checkpoint: () => witnessed(noteAt(to)),
    checkpoints: () =>
      checkpoints.map((size) => ({ size, note: witnessed(noteAt(size)), ...consistency(size) })),
    anchors: () =>
      anchors.map(({ size, height }) => ({
        size,
        anchor: sampleAnchor(noteAt(size), height, Date.parse(sampleTime(size + 1))),
        ...consistency(size),
      })),
  };
}

export const sampleDocuments: ArchiveDocument[] = [
  { path: 'entries.csv', bytes: encodeUtf8('site,seq\r\nnorth-clinic,0\r\n') },
  { path: 'verify.html', bytes: encodeUtf8('<!doctype html><title>Verify</title>\n') },
];

/** Two sites: one whole, one from the middle of its ledger to before its end, both anchored and witnessed. */
export function sampleArchiveInputV2(changes: Partial<ArchiveInput> = {}): ArchiveInput {
  return {
    createdAt: '2026-04-01T00:00:00.000Z',
    keys: sampleArchiveKeys,
    sites: [
      sampleArchiveSite({
        site: 'north-clinic',
        total: 8,
        from: 0,
        to: 8,
        checkpoints: [3],
        anchors: [
          { size: 2, height: 900_000 },
          { size: 6, height: 900_007 },
        ],
        withheld: [4],
      }),
      sampleArchiveSite({
        site: 'south-clinic',
        total: 9,
        from: 3,
        to: 7,
        checkpoints: [3],
        anchors: [{ size: 9, height: 900_012 }],
      }),
    ],
    documents: () => sampleDocuments,
    ...changes,
  };
}

/** The bytes of an archive in one piece. */
export async function archiveBytes(input: ArchiveInput, signer = evidenceSigner): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of writeArchive(input, signer, sha256)) parts.push(part);
  return concatBytes(parts);
}
