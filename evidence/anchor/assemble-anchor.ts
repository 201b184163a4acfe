import { encodeBase64, equalBytes } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { parseDetachedFile, serializeDetachedFile } from '../ots/detached-file.ts';
import { attestationsOf, pruneTimestamp } from '../ots/walk.ts';
import type { Anchor, HeaderAtHeight } from './anchor.ts';
import { parseBlockHeader } from './block-header.ts';

/** What is known of one site's checkpoint in an anchored batch. */
export interface AnchorParts {
  /** The signed note. */
  readonly checkpoint: string;
  readonly batch: Anchor['batch'];
  /** A whole `.ots` file of the batch file's hash. */
  readonly ots: Uint8Array;
  /** Headers of the blocks that attest it, in any order. */
  readonly headers: readonly HeaderAtHeight[];
  /** Time-stamp tokens in DER. */
  readonly tokens: readonly Uint8Array[];
}

/**
 * The anchor as an archive has it. Bitcoin attestations without a header that confirms them are left out, since nobody could
 * verify them, and so are headers without an attestation. Throws OtsError for a proof that is none, and RangeError where no
 * attestation is left.
 */
export function assembleAnchor(
  { checkpoint, batch, ots, headers, tokens }: AnchorParts,
  sha256: Sha256,
): Anchor {
  const { fileHash, timestamp } = parseDetachedFile(ots, sha256);
  const roots = new Map(
    headers.map(({ height, header }) => [height, parseBlockHeader(header, sha256)?.merkleRoot]),
  );
  const kept = pruneTimestamp(timestamp, ({ attestation, message }) => {
    if (attestation.kind !== 'bitcoin') return true;
    const root = roots.get(attestation.height);
    return root !== undefined && equalBytes(root, message);
  });
  if (!kept) throw new RangeError('No attestation of the proof has a block header that confirms it.');
  const heights = new Set(
    [...attestationsOf(kept)].flatMap(({ attestation }) =>
      attestation.kind === 'bitcoin' ? [attestation.height] : [],
    ),
  );
  return {
    checkpoint,
    batch,
    ots: encodeBase64(serializeDetachedFile({ fileHash, timestamp: kept })),
    headers: headers
      .filter(({ height }) => heights.has(height))
      .sort((left, right) => left.height - right.height)
      .map(({ height, header }) => ({ height, header })),
    tokens: tokens.map(encodeBase64),
  };
}
