import type { Client } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { createEvidenceIntakeActivities } from '../activities/evidence/create-evidence-intake-activities.ts';
import { createGuardActivities } from '../activities/guard/create-guard-activities.ts';
import { createWakingSlots } from '../activities/guard/waking-slots.ts';
import { createOrderSigner } from '../activities/guard/sign-order.ts';
import { createIntakeActivities } from '../activities/intake/create-intake-activities.ts';
import { createScoreKeeper } from '../activities/intake/create-score-keeper.ts';
import { createGuardWaker, createTemporalIncidents } from '../activities/intake/temporal-incidents.ts';
import {
  createNotifyActivities,
  createWebhookChannels,
} from '../activities/notify/create-notify-activities.ts';
import { createPlanningActivities } from '../activities/planning/create-planning-activities.ts';
import { deriveWebhookSecret } from '../activities/notify/site-secret.ts';
import type { MessagesClient } from '../activities/planning/create-messages-client.ts';
import { createSiteHmac } from '../activities/planning/site-hmac.ts';
import { createRecordActivities } from '../activities/record/create-record-activities.ts';
import { createTriageActivities } from '../activities/triage/create-triage-activities.ts';
import type {
  EvidenceIntakeActivities,
  GuardActivities,
  IntakeActivities,
  NotifyActivities,
  PlanningActivities,
  RecordActivities,
  TriageActivities,
} from '../contracts/central-activities.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { createSalts } from '../evidence/node/salts.ts';
import type { Signer } from '../evidence/signer.ts';
import { createApplianceKeys } from './appliance-keys.ts';
import type { Persistence } from '../persistence/create-persistence.ts';

/** Everything central activities are made of. */
export interface CentralParts {
  catalog: Catalog;
  persistence: Persistence;
  client: Client;
  orderSigner: Signer;
  evidenceSigner: Signer;
  /** Keys PHI tokens; derived per site. */
  tokenMaster: Uint8Array;
  webhookSecret: string;
  allowPrivateWebhooks: boolean;
  /** Absent where there is no key: the model's tier is skipped and the story says so. */
  model: MessagesClient | undefined;
}

export type CentralActivities = TriageActivities &
  GuardActivities &
  PlanningActivities &
  RecordActivities &
  NotifyActivities &
  IntakeActivities &
  EvidenceIntakeActivities;

/** The activities of queue `central`, each capability made from the ports it declares. */
export function createCentralActivities(parts: CentralParts): CentralActivities {
  const { persistence, client, model } = parts;
  const { sites, incidents, ledger, healingSlots } = persistence;
  const catalog = () => parts.catalog;
  const clock = () => new Date();
  const slots = createWakingSlots({ catalog, slots: healingSlots, wake: createGuardWaker(client) });
  return {
    ...createTriageActivities({ catalog, policies: sites, runs: healingSlots }),
    ...createGuardActivities({
      catalog,
      policies: sites,
      slots,
      signer: createOrderSigner(parts.orderSigner),
      random: randomBytes,
      nowMs: Date.now,
    }),
    ...createPlanningActivities({
      catalog,
      policies: sites,
      budget: persistence.plannerBudget,
      model,
      hmacOf: createSiteHmac(parts.tokenMaster),
      clock,
    }),
    ...createRecordActivities({
      catalog,
      ledger,
      incidents,
      slots,
      signer: parts.evidenceSigner,
      newSalt: createSalts(),
      now: clock,
    }),
    ...createNotifyActivities({
      channelsFor: createWebhookChannels({
        policies: sites,
        secretOf: (site) => deriveWebhookSecret(parts.webhookSecret, site),
        allowPrivate: parts.allowPrivateWebhooks,
        clock,
      }),
      deliveries: persistence.deliveries,
      clock,
    }),
    ...createEvidenceIntakeActivities({
      ledger,
      applianceKeys: createApplianceKeys(persistence.signingKeys),
      signer: parts.evidenceSigner,
      now: clock,
    }),
    ...createIntakeActivities({
      incidents: createTemporalIncidents(client),
      openIncidents: incidents,
      hosts: sites,
      results: persistence.checkResults,
      scores: createScoreKeeper({
        catalog,
        facts: persistence.siteFacts,
        history: persistence.scoreHistory,
      }),
      policies: sites,
      now: clock,
    }),
  };
}
