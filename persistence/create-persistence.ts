import { signCheckpoint } from '../evidence/checkpoint.ts';
import { ledgerRoot, type LedgerHead } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import type { Signer } from '../evidence/signer.ts';
import { createAnchors, type Anchors } from './anchors.ts';
import { createCheckChanges, type CheckChanges } from './check-changes.ts';
import { createCheckResults, type CheckResults } from './check-results.ts';
import { createCosignatures, type Cosignatures } from './cosignatures.ts';
import { createControlMaps, type ControlMaps } from './control-maps.ts';
import { createDataSource, type PoolOptions } from './data-source.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { createHealingSlots, type HealingSlots } from './healing-slots.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createObjectRecords, type ObjectRecords } from './object-records.ts';
import { persistenceError } from './persistence-error.ts';
import { createLegalHolds, type LegalHolds } from './legal-holds.ts';
import { createPlannerBudget, type PlannerBudget } from './planner-budget.ts';
import { createScoreHistory, type ScoreHistory } from './score-history.ts';
import { createSiteExpectations, type SiteExpectations } from './site-expectations.ts';
import { createSiteFacts, type SiteFactsReader } from './site-facts.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';
import { createSites, type Sites } from './sites.ts';

/** Everything Malachor stores centrally, by use case. All of it rejects with PersistenceError. */
export interface Persistence {
  sites: Sites;
  incidents: Incidents;
  ledger: Ledger;
  healingSlots: HealingSlots;
  plannerBudget: PlannerBudget;
  deliveries: Deliveries;
  signingKeys: SigningKeys;
  checkResults: CheckResults;
  checkChanges: CheckChanges;
  scoreHistory: ScoreHistory;
  siteFacts: SiteFactsReader;
  anchors: Anchors;
  objectRecords: ObjectRecords;
  legalHolds: LegalHolds;
  cosignatures: Cosignatures;
  controlMaps: ControlMaps;
  expectations: SiteExpectations;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Closes all connections once what they do is done. */
  close(): Promise<void>;
}

export interface PersistenceOptions extends PoolOptions {
  /** Signs a checkpoint of the ledger with each group of entries; without it none is kept. */
  checkpointSigner?: Signer;
  /** Milliseconds since epoch, for the ledger's own times. */
  nowMs?: () => number;
}

/**
 * Opens the database at `url`, migrated before. `url` may name the application role or, where there is one login only,
 * the owner; see `createDataSource`.
 *
 * @throws PersistenceError
 */
export async function createPersistence(url: string, options: PersistenceOptions = {}): Promise<Persistence> {
  const { checkpointSigner: signer, nowMs = Date.now, ...pool } = options;
  const dataSource = await createDataSource(url, pool).catch((error: unknown) => {
    throw persistenceError(error);
  });
  const sites = createSites(dataSource);
  const incidents = createIncidents(dataSource);
  const checkResults = createCheckResults(dataSource);
  return {
    sites,
    incidents,
    ledger: createLedger(dataSource, {
      nowMs,
      signCheckpoint: signer && ((head) => checkpointOf(head, signer)),
    }),
    healingSlots: createHealingSlots(dataSource),
    plannerBudget: createPlannerBudget(dataSource),
    deliveries: createDeliveries(dataSource),
    signingKeys: createSigningKeys(dataSource),
    checkResults,
    checkChanges: createCheckChanges(dataSource),
    scoreHistory: createScoreHistory(dataSource),
    siteFacts: createSiteFacts(sites, incidents, checkResults),
    anchors: createAnchors(dataSource),
    objectRecords: createObjectRecords(dataSource),
    legalHolds: createLegalHolds(dataSource),
    cosignatures: createCosignatures(dataSource),
    controlMaps: createControlMaps(dataSource),
    expectations: createSiteExpectations(dataSource),
    ping: async () => {
      await dataSource.query('select 1').catch((error: unknown) => {
        throw persistenceError(error);
      });
    },
    close: () => dataSource.destroy(),
  };
}

function checkpointOf(head: LedgerHead, signer: Signer): string {
  const { site, size } = head;
  return signCheckpoint({ site, size, root: ledgerRoot(head, sha256) }, signer, sha256);
}
