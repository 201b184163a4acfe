import { concatBytes, decodeHex, encodeHex } from '../../bytes.ts';
import { type Checkpoint, checkpointBody, signCheckpoint } from '../../checkpoint.ts';
import { createSigner, generateKeyPair } from '../../node/ed25519.ts';
import { sha256 } from '../../node/hasher.ts';
import type { Attestation } from '../../ots/attestation.ts';
import { applyPath, attestedAlong } from '../../ots/build.ts';
import { serializeDetachedFile } from '../../ots/detached-file.ts';
import { mergeTimestamps } from '../../ots/merge.ts';
import type { Operation } from '../../ots/operation.ts';
import { assembleAnchor } from '../assemble-anchor.ts';
import type { Anchor, HeaderAtHeight } from '../anchor.ts';
import { batchDigest, makeBatch } from '../batch.ts';
import { parseBlockHeader } from '../block-header.ts';

/** Anchors for tests, with headers that have the work of a test chain. */

const regtestBits = 0x207fffff;

/** A header over `merkleRoot` whose hash meets (or, for `hasWork` false, does not meet) the target of a test chain. */
export function forgeHeader(merkleRoot: Uint8Array, time: Date, hasWork = true): string {
  for (let nonce = 0; ; nonce++) {
    const tail = new DataView(new ArrayBuffer(12));
    tail.setUint32(0, time.getTime() / 1_000, true);
    tail.setUint32(4, regtestBits, true);
    tail.setUint32(8, nonce, true);
    const version = Uint8Array.of(0, 0, 0, 0x20);
    const header = encodeHex(
      concatBytes([version, new Uint8Array(32), merkleRoot, new Uint8Array(tail.buffer)]),
    );
    if (parseBlockHeader(header, sha256)?.hasWork === hasWork) return header;
  }
}

const signer = createSigner(generateKeyPair().privateKeyPem);
const sites = ['east', 'north', 'south', 'west', 'centre'];

/** A block at this height that attests the batch. */
export const sampleHeight = 120;
export const sampleTime = new Date('2026-03-02T03:04:05.000Z');

/** The anchor of site `index` of five, attested by a block and promised by a calendar. */
export function sampleAnchor(index = 1): Anchor {
  const checkpoints = sites.map((site, at): Checkpoint => ({ site, size: at + 1, root: sha256(site) }));
  const { size, root, proofs } = makeBatch(checkpoints.map(checkpointBody), sha256);
  const checkpoint = checkpoints[index];
  if (!checkpoint) throw new RangeError(`There is no site ${index}.`);
  const digest = decodeHex(batchDigest({ size, root }, sha256)) ?? new Uint8Array();
  const toCalendar: Operation[] = [{ name: 'append', argument: Uint8Array.of(1, 2, 3) }, { name: 'sha256' }];
  const toBlock: Operation[] = [
    ...toCalendar,
    { name: 'prepend', argument: Uint8Array.of(9) },
    { name: 'sha256' },
  ];
  const attested = (path: Operation[], attestation: Attestation) =>
    attestedAlong(digest, path, attestation, sha256);
  const timestamp = mergeTimestamps(
    attested(toCalendar, { kind: 'pending', uri: 'https://calendar.example' }),
    attested(toBlock, { kind: 'bitcoin', height: sampleHeight }),
  );
  const headers: HeaderAtHeight[] = [
    { height: sampleHeight, header: forgeHeader(applyPath(digest, toBlock, sha256), sampleTime) },
  ];
  return assembleAnchor(
    {
      checkpoint: signCheckpoint(checkpoint, signer, sha256),
      batch: { size, index, proof: [...(proofs[index] ?? [])], root },
      ots: serializeDetachedFile({ fileHash: 'sha256', timestamp }),
      headers,
      tokens: [],
    },
    sha256,
  );
}
