import type { ApiEvidencePublicKey, ApiHistoricalKey, ApiSiteKey } from '../../../contracts/api/evidence.ts';
import type { ApiEvidenceSummary } from '../../../contracts/api/evidence-summary.ts';
import type { EvidenceExpectation } from '../../../contracts/evidence-intervals.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import type { DisclosedEntry } from '../../../persistence/ledger.ts';
import type { BundleKey } from '../../../evidence/countersign.ts';
import type { StorageStanding } from '../../../persistence/object-records.ts';
import type { WitnessStanding } from '../../../persistence/cosignatures.ts';
import type { EvidenceReader } from './evidence-ports.ts';
import { describeAnchoring, type NewestAnchors } from './describe-anchoring.ts';
import { describeStorage } from './describe-storage.ts';
import { describeWitnesses } from './describe-witnesses.ts';
import { LedgerVerifier } from './ledger-verifier.ts';
import { RecentGaps } from './recent-gaps.ts';
import type { LedgerSource } from './verify-ledger.ts';

/** The stored ledgers. */
export interface LedgerReader extends LedgerSource {
  summary(site: string): Promise<Omit<ApiEvidenceSummary, 'anchoring' | 'witnesses'>>;
  /** As `read`, with what opens the hidden fields of each entry. */
  readDisclosed(site: string, fromSeq: number, limit: number): Promise<DisclosedEntry[]>;
}

export interface LedgerEvidenceOptions {
  ledger: LedgerReader;
  /** How often records were due, oldest first. */
  expectations: (site: string) => Promise<readonly EvidenceExpectation[]>;
  /** How far a site's ledger is anchored. */
  newestAnchors: (site: string) => Promise<NewestAnchors>;
  /** How much of it is stored as objects; undefined where nothing ever was. */
  storageOf: (site: string) => Promise<StorageStanding | undefined>;
  /** What witnesses of a site answered last. */
  witnessStandings: (site: string) => Promise<readonly WitnessStanding[]>;
  /** The key that signs now. */
  publicKey: Omit<ApiEvidencePublicKey, 'keys'>;
  /** Every key there ever was. */
  keyHistory: () => Promise<ApiHistoricalKey[]>;
  siteKeys: (site: string) => Promise<ApiSiteKey[]>;
  /** Every key of evidence and of the site's appliances, and when their signatures count. */
  trustedKeys: (site: string) => Promise<readonly BundleKey[]>;
  /** ISO 8601, UTC. */
  now: () => string;
}

/** Evidence read from the stored ledgers. */
export function createLedgerEvidence({
  ledger,
  expectations,
  newestAnchors,
  storageOf,
  witnessStandings,
  publicKey,
  keyHistory,
  siteKeys,
  trustedKeys,
  now,
}: LedgerEvidenceOptions): EvidenceReader {
  const verifier = new LedgerVerifier({ ledger, trustedKeys, now });
  const recent = new RecentGaps({ read: (...range) => ledger.read(...range), expectations });
  return {
    async summary(site) {
      const summary = await ledger.summary(site);
      const anchoring = describeAnchoring(await newestAnchors(site), sha256);
      const standing = await storageOf(site);
      const completeness = await recent.of(site, summary.entries, Date.parse(now()));
      const witnesses = describeWitnesses(await siteKeys(site), await witnessStandings(site));
      return {
        ...summary,
        witnesses,
        ...(anchoring && { anchoring }),
        ...(standing && { storage: describeStorage(standing) }),
        ...(completeness && { completeness }),
      };
    },
    siteKeys,
    publicKey: async () => ({ ...publicKey, keys: await keyHistory() }),
    verify: (site, scope) => verifier.verify(site, scope),
    async bundles(site, { from, limit }) {
      await ledger.summary(site);
      const entries = await ledger.readDisclosed(site, from, limit);
      return entries.map(({ entry, disclosures }) => ({
        entry: entry.seq,
        hash: entry.entryHash,
        previousHash: entry.previousHash,
        recordedAt: entry.recordedAt,
        envelope: entry.envelope,
        disclosures,
      }));
    },
  };
}
