import type { Anchor } from '../evidence/anchor/anchor.ts';
import { assembleAnchor } from '../evidence/anchor/assemble-anchor.ts';
import type { Sha256 } from '../evidence/digest.ts';
import type { Anchors } from '../persistence/anchors.ts';

/** An anchored checkpoint and its size. */
export interface AnchoredCheckpoint {
  size: number;
  anchor: Anchor;
}

/**
 * Anchors of the site's checkpoints from one size to another, one a size, the newest batch where there are several. Batches
 * that nobody has stamped yet have nothing to show.
 */
export async function anchorsOfPart(
  anchors: Pick<Anchors, 'ofSite'>,
  { site, from, to }: { site: string; from: number; to: number },
  sha256: Sha256,
): Promise<AnchoredCheckpoint[]> {
  const found = new Map<number, AnchoredCheckpoint>();
  for (const { member, batch } of await anchors.ofSite(site, from, to)) {
    const { size, checkpoint, index, inclusion } = member;
    if (batch.proof === undefined) continue;
    const { root, size: leaves } = batch;
    const parts = {
      checkpoint,
      batch: { size: leaves, index, proof: [...inclusion], root },
      ots: batch.proof,
      headers: batch.headers,
      tokens: batch.tokens,
    };
    found.set(size, { size, anchor: assembleAnchor(parts, sha256) });
  }
  return [...found.values()];
}
