import type {
  ApiEvidencePublicKey,
  ApiEvidenceSummary,
  ApiHistoricalKey,
  ApiSiteKey,
} from '../../../contracts/api/evidence.ts';
import { nodeCryptography } from '../../../evidence/node/ed25519.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import type { WitnessStanding } from '../../../persistence/cosignatures.ts';
import type { EvidenceReader } from './evidence-ports.ts';
import { describeAnchoring, type NewestAnchors } from './describe-anchoring.ts';
import { describeWitnesses } from './describe-witnesses.ts';
import { type DatedKey, verifyLedger, type LedgerSource } from './verify-ledger.ts';

/** The stored ledgers. */
export interface LedgerReader extends LedgerSource {
  summary(site: string): Promise<Omit<ApiEvidenceSummary, 'anchoring' | 'witnesses'>>;
}

export interface LedgerEvidenceOptions {
  ledger: LedgerReader;
  /** How far a site's ledger is anchored. */
  newestAnchors: (site: string) => Promise<NewestAnchors>;
  /** What witnesses of a site answered last. */
  witnessStandings: (site: string) => Promise<readonly WitnessStanding[]>;
  /** The key that signs now. */
  publicKey: Omit<ApiEvidencePublicKey, 'keys'>;
  /** Every key there ever was. */
  keyHistory: () => Promise<ApiHistoricalKey[]>;
  siteKeys: (site: string) => Promise<ApiSiteKey[]>;
  /** Every key of evidence, and when its signatures count. */
  trustedKeys: () => Promise<readonly DatedKey[]>;
  /** ISO 8601, UTC. */
  now: () => string;
}

/** Evidence read from the stored ledgers. */
export function createLedgerEvidence({
  ledger,
  newestAnchors,
  witnessStandings,
  publicKey,
  keyHistory,
  siteKeys,
  trustedKeys,
  now,
}: LedgerEvidenceOptions): EvidenceReader {
  const running = new Map<string, ReturnType<EvidenceReader['verify']>>();
  const verify = async (site: string) =>
    verifyLedger(ledger, {
      site,
      keys: await trustedKeys(),
      cryptography: nodeCryptography,
      verifiedAt: now(),
    });
  return {
    async summary(site) {
      const summary = await ledger.summary(site);
      const anchoring = describeAnchoring(await newestAnchors(site), sha256);
      const witnesses = describeWitnesses(await siteKeys(site), await witnessStandings(site));
      return { ...summary, ...(anchoring && { anchoring }), witnesses };
    },
    siteKeys,
    publicKey: async () => ({ ...publicKey, keys: await keyHistory() }),
    verify(site) {
      // A walk reads the whole ledger: however many ask at a time, there is one.
      const known = running.get(site);
      if (known) return known;
      const started = verify(site).finally(() => running.delete(site));
      running.set(site, started);
      return started;
    },
    async bundles(site, { from, limit }) {
      await ledger.summary(site);
      const entries = await ledger.read(site, from, limit);
      return entries.map(({ seq, entryHash, previousHash, recordedAt, envelope }) => ({
        entry: seq,
        hash: entryHash,
        previousHash,
        recordedAt,
        envelope,
      }));
    },
  };
}
