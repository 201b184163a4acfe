import { EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm';
import type { HostOs } from '../../contracts/observation.ts';

/** Rows as they are stored. They never leave `persistence/`. */

function defineEntity<Row extends object>(table: {
  name: string;
  columns: Record<keyof Row, EntitySchemaColumnOptions>;
}): EntitySchema<Row> {
  return new EntitySchema<Row>(Object.assign(new EntitySchemaOptions<Row>(), table));
}

export interface SiteRow {
  id: string;
  name: string;
  policy: unknown;
  enrolledAt: Date;
}
export const siteEntity = defineEntity<SiteRow>({
  name: 'site',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'site_pk' },
    name: { type: 'text' },
    policy: { type: 'jsonb' },
    enrolledAt: { name: 'enrolled_at', type: 'timestamptz', default: () => 'now()' },
  },
});

export interface HostRow {
  site: string;
  id: string;
  osFamily: HostOs['family'];
  osId: string;
  osVersion: string;
  firstSeenAt: Date;
  lastSeenAt: Date | null;
  baseline: string | null;
}
export const hostEntity = defineEntity<HostRow>({
  name: 'host',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'host_pk' },
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'host_pk' },
    osFamily: { name: 'os_family', type: 'text' },
    osId: { name: 'os_id', type: 'text' },
    osVersion: { name: 'os_version', type: 'text' },
    firstSeenAt: { name: 'first_seen_at', type: 'timestamptz' },
    lastSeenAt: { name: 'last_seen_at', type: 'timestamptz', nullable: true },
    baseline: { type: 'text', nullable: true },
  },
});

export interface IncidentRow {
  id: string;
  openedAt: Date;
  site: string;
  host: string;
  check: string;
  title: string;
  severity: string;
  state: string;
  tier: string;
  resolution: string | null;
  updatedAt: Date;
  revision: number;
  attempts: number;
  story: unknown;
}
export const incidentEntity = defineEntity<IncidentRow>({
  name: 'incident',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'incident_pk' },
    openedAt: {
      name: 'opened_at',
      type: 'timestamptz',
      primary: true,
      primaryKeyConstraintName: 'incident_pk',
    },
    site: { type: 'text' },
    host: { type: 'text' },
    check: { type: 'text' },
    title: { type: 'text' },
    severity: { type: 'text' },
    state: { type: 'text' },
    tier: { type: 'text' },
    resolution: { type: 'text', nullable: true },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    revision: { type: 'integer' },
    attempts: { type: 'integer' },
    story: { type: 'json', select: false },
  },
});

export interface LedgerEntryRow {
  site: string;
  seq: number;
  recordId: string;
  previousHash: string;
  entryHash: string;
  recordedAt: Date;
  envelope: unknown;
}
export const ledgerEntryEntity = defineEntity<LedgerEntryRow>({
  name: 'ledger_entry',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'ledger_entry_pk' },
    seq: { type: 'integer', primary: true, primaryKeyConstraintName: 'ledger_entry_pk' },
    recordId: { name: 'record_id', type: 'text' },
    previousHash: { name: 'previous_hash', type: 'text' },
    entryHash: { name: 'entry_hash', type: 'text' },
    recordedAt: { name: 'recorded_at', type: 'timestamptz' },
    envelope: { type: 'json' },
  },
});

export interface EntryDisclosureRow {
  site: string;
  seq: number;
  disclosures: unknown;
}
export const entryDisclosureEntity = defineEntity<EntryDisclosureRow>({
  name: 'entry_disclosure',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'entry_disclosure_pk' },
    seq: { type: 'integer', primary: true, primaryKeyConstraintName: 'entry_disclosure_pk' },
    disclosures: { type: 'json' },
  },
});

export interface LedgerHeadRow {
  site: string;
  size: number;
  headHash: string | null;
  frontier: unknown;
  checkpoint: string | null;
}
export const ledgerHeadEntity = defineEntity<LedgerHeadRow>({
  name: 'ledger_head',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'ledger_head_pk' },
    size: { type: 'integer', default: 0 },
    headHash: { name: 'head_hash', type: 'text', nullable: true },
    frontier: { type: 'jsonb', default: () => `'[]'` },
    checkpoint: { type: 'text', nullable: true },
  },
});

export interface RunbookRunRow {
  site: string;
  orderId: string;
  host: string;
  check: string;
  incident: string;
  runbook: string;
  rule: string | null;
  claimedAt: Date;
  leaseUntil: Date;
  result: string | null;
  settledAt: Date | null;
}
export const runbookRunEntity = defineEntity<RunbookRunRow>({
  name: 'runbook_run',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'runbook_run_pk' },
    orderId: { name: 'order_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'runbook_run_pk' },
    host: { type: 'text' },
    check: { type: 'text' },
    incident: { type: 'text' },
    runbook: { type: 'text' },
    rule: { type: 'text', nullable: true },
    claimedAt: { name: 'claimed_at', type: 'timestamptz' },
    leaseUntil: { name: 'lease_until', type: 'timestamptz' },
    result: { type: 'text', nullable: true },
    settledAt: { name: 'settled_at', type: 'timestamptz', nullable: true },
  },
});

export interface DeliveryRow {
  id: string;
  site: string;
  notificationId: string;
  incident: string;
  kind: string;
  channel: string;
  status: string;
  detail: string | null;
  at: Date;
}
export const deliveryEntity = defineEntity<DeliveryRow>({
  name: 'delivery',
  columns: {
    id: {
      type: 'bigint',
      primary: true,
      generated: 'increment',
      primaryKeyConstraintName: 'delivery_pk',
    },
    site: { type: 'text' },
    notificationId: { name: 'notification_id', type: 'uuid' },
    incident: { type: 'text' },
    kind: { type: 'text' },
    channel: { type: 'text' },
    status: { type: 'text' },
    detail: { type: 'text', nullable: true },
    at: { type: 'timestamptz' },
  },
});

export interface CheckResultRow {
  site: string;
  host: string;
  check: string;
  status: string;
  observedAt: Date;
  observationId: string;
  observation: unknown;
}
export const checkResultEntity = defineEntity<CheckResultRow>({
  name: 'check_result',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'check_result_pk' },
    host: { type: 'text', primary: true, primaryKeyConstraintName: 'check_result_pk' },
    check: { type: 'text', primary: true, primaryKeyConstraintName: 'check_result_pk' },
    status: { type: 'text' },
    observedAt: { name: 'observed_at', type: 'timestamptz' },
    observationId: { name: 'observation_id', type: 'uuid' },
    observation: { type: 'json' },
  },
});

export interface ScorePointRow {
  site: string;
  at: Date;
  microPoints: number;
  metrics: unknown;
  hosts: unknown;
}
export const scorePointEntity = defineEntity<ScorePointRow>({
  name: 'score_point',
  columns: {
    site: { type: 'text', primary: true, primaryKeyConstraintName: 'score_point_pk' },
    at: { type: 'timestamptz', primary: true, primaryKeyConstraintName: 'score_point_pk' },
    microPoints: { name: 'micro_points', type: 'integer' },
    metrics: { type: 'jsonb' },
    hosts: { type: 'jsonb' },
  },
});

export interface CheckChangeRow {
  id: string;
  site: string;
  check: string;
  at: Date;
  actor: unknown;
  reason: string;
  before: unknown;
  after: unknown;
  diffDigest: string;
}
export const checkChangeEntity = defineEntity<CheckChangeRow>({
  name: 'check_change',
  columns: {
    id: {
      type: 'bigint',
      primary: true,
      generated: 'increment',
      primaryKeyConstraintName: 'check_change_pk',
    },
    site: { type: 'text' },
    check: { type: 'text' },
    at: { type: 'timestamptz' },
    actor: { type: 'jsonb' },
    reason: { type: 'text' },
    before: { type: 'jsonb', nullable: true },
    after: { type: 'jsonb' },
    diffDigest: { name: 'diff_digest', type: 'text' },
  },
});

export const entities = [
  siteEntity,
  hostEntity,
  incidentEntity,
  ledgerEntryEntity,
  entryDisclosureEntity,
  ledgerHeadEntity,
  runbookRunEntity,
  deliveryEntity,
  checkResultEntity,
  scorePointEntity,
  checkChangeEntity,
] as const;
