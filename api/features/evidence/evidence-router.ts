import {
  evidencePublicKey,
  listBundles,
  siteKeys,
  submitEvidence,
  verifyEvidence,
} from '../../../contracts/api/evidence.ts';
import { evidenceSummary } from '../../../contracts/api/evidence-summary.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import type { Mount } from '../../http/mount.ts';
import { requireSite } from '../sites/require-site.ts';
import type { SiteReader } from '../sites/site-ports.ts';
import type { EvidenceReader, EvidenceSubmitter } from './evidence-ports.ts';

export function mountEvidence(
  mount: Mount,
  evidence: EvidenceReader,
  submitter: EvidenceSubmitter,
  sites: SiteReader,
): void {
  mount(evidenceSummary, async ({ params }) => ({ body: await evidence.summary(params.site) }));

  mount(verifyEvidence, async ({ params: { site }, query: { scope } }) => ({
    body: await evidence.verify(site, scope),
  }));

  mount(listBundles, async ({ params, query: { cursor, limit } }) => {
    const from = parseEntryCursor(cursor);
    const bundles = await evidence.bundles(params.site, { from, limit: limit + 1 });
    const items = bundles.slice(0, limit);
    const next = bundles.length > limit ? { nextCursor: formatEntryCursor(from + limit) } : {};
    return { body: { items, ...next } };
  });

  mount(submitEvidence, async ({ params: { site }, body }) => {
    await requireSite(sites, site);
    return { body: { settled: await submitter.submit(site, body.records) } };
  });

  mount(siteKeys, async ({ params: { site } }) => {
    await requireSite(sites, site);
    return { body: { keys: await evidence.siteKeys(site) } };
  });

  mount(evidencePublicKey, async () => ({ body: await evidence.publicKey() }));
}

/** The ledger is append-only, so a position is all a cursor needs. */
function formatEntryCursor(entry: number): string {
  return `e${entry}`;
}

function parseEntryCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const entry = /^e(\d{1,9})$/.exec(cursor)?.[1];
  if (entry === undefined) throw new ApiProblem('invalid_cursor', 'Pass nextCursor as it was given.');
  return Number(entry);
}
