import type { ApiAnchoring } from '../../../contracts/api/evidence-summary.ts';
import { parseBlockHeader } from '../../../evidence/anchor/block-header.ts';
import type { Sha256 } from '../../../evidence/digest.ts';
import type { SiteAnchor } from '../../../persistence/anchors.ts';

/** The newest anchor of a site's ledger, and the newest that a block attested for good. */
export interface NewestAnchors {
  latest?: SiteAnchor | undefined;
  settled?: SiteAnchor | undefined;
}

/** How far a ledger is anchored and what it waits for. Undefined where no checkpoint of it was ever in a batch. */
export function describeAnchoring(
  { latest, settled }: NewestAnchors,
  sha256: Sha256,
): ApiAnchoring | undefined {
  if (!latest) return undefined;
  const blocks = (settled?.batch.headers ?? []).flatMap(({ height, header }) => {
    const block = parseBlockHeader(header, sha256);
    return block ? [{ height, hash: block.hash, time: block.time }] : [];
  });
  const isWaiting = latest.batch.settledAt === undefined;
  return {
    anchoredEntries: settled?.member.size ?? 0,
    blocks,
    ...(isWaiting && {
      waiting: {
        entries: latest.member.size,
        since: latest.batch.formedAt,
        calendars: latest.batch.standings.map((standing) => ({ ...standing })),
      },
    }),
  };
}
