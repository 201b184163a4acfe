import { z } from 'zod';
import type { Controls } from '../../contracts/controls.ts';
import { hostIdSchema } from '../../contracts/ids.ts';
import { type CheckStatus, checkStatusSchema } from '../../contracts/observation.ts';
import type { RecordMoment } from '../../contracts/central-activities.ts';
import { type Heartbeat, heartbeatPredicateType } from '../statements/heartbeat-v1.ts';
import type { Statement } from '../statements/read-statement.ts';
import { scanPredicateType, type ScanStatement } from '../statements/scan-v1.ts';

/** What questions about time need of a ledger entry. All times are ISO 8601, UTC. */
export type TimelineEntry = HeartbeatEntry | ScanEntry | IncidentEntry;

interface Received {
  /** Number of the ledger entry, from 0. */
  readonly seq: number;
  /** When the ledger took it: its `recordedAt`. */
  readonly receivedAt: string;
  readonly entryHash?: string;
}

export interface HeartbeatEntry extends Received {
  readonly kind: 'heartbeat';
  readonly heartbeat: Pick<Heartbeat, 'appliance' | 'sequence' | 'bootId' | 'madeAt'>;
}

export interface ScanEntry extends Received {
  readonly kind: 'scan';
  readonly scan: Omit<ScanStatement['predicate'], 'hosts'> & { readonly hosts: readonly ScannedHost[] };
}

/** A host of a scan's page; without `host` its name was kept back. */
export type ScannedHost = Omit<ScanStatement['predicate']['hosts'][number], 'host' | 'factsSalt'> & {
  readonly host?: string;
};

export interface IncidentEntry extends Received {
  readonly kind: 'incident';
  readonly moment: RecordMoment;
  /** Absent where it was kept back. */
  readonly host?: string;
  readonly check: string;
  readonly controls: Controls;
  readonly recordedAt: string;
  /** The last observation of the check in the story. */
  readonly latest?: { readonly status: CheckStatus; readonly observedAt: string };
  readonly acceptedRisk?: { readonly acceptedAt: string; readonly expiresAt: string };
}

/** Of a story, whose shape is open: what is there in a known form. */
const latestSchema = z.looseObject({
  latest: z.looseObject({ status: checkStatusSchema, observedAt: z.iso.datetime() }),
});
const acceptedRiskSchema = z.looseObject({
  acceptedRisk: z.looseObject({ acceptedAt: z.iso.datetime(), expiresAt: z.iso.datetime() }),
});

/**
 * The entry of a statement that was verified, signatures and disclosures included.
 *
 * @param disclosed values of `verifyDisclosures`; none for a statement that hides nothing
 */
export function timelineEntry(
  {
    seq,
    recordedAt,
    entryHash,
  }: { readonly seq: number; readonly recordedAt: string; readonly entryHash?: string },
  statement: Statement,
  disclosed: ReadonlyMap<string, unknown> = new Map(),
): TimelineEntry {
  const received = { seq, receivedAt: recordedAt, ...(entryHash !== undefined && { entryHash }) };
  if (statement.predicateType === heartbeatPredicateType) {
    const { appliance, sequence, bootId, madeAt } = statement.predicate;
    return { ...received, kind: 'heartbeat', heartbeat: { appliance, sequence, bootId, madeAt } };
  }
  if (statement.predicateType === scanPredicateType) {
    const hosts = statement.predicate.hosts.map(({ reachable, baseline, readAt, checks }, index) => ({
      reachable,
      baseline,
      readAt,
      checks,
      ...nameOf(disclosed.get(`/hosts/${index}/host`)),
    }));
    return { ...received, kind: 'scan', scan: { ...statement.predicate, hosts } };
  }
  const { moment, check, controls, recordedAt: madeAt, host, story } = statement.predicate;
  const latest = latestSchema.safeParse(story).data?.latest;
  const accepted = acceptedRiskSchema.safeParse(story).data?.acceptedRisk;
  return {
    ...received,
    kind: 'incident',
    moment,
    check,
    controls,
    recordedAt: madeAt,
    ...nameOf(typeof host === 'string' ? host : disclosed.get('/host')),
    ...(latest && { latest: { status: latest.status, observedAt: latest.observedAt } }),
    ...(accepted && { acceptedRisk: { acceptedAt: accepted.acceptedAt, expiresAt: accepted.expiresAt } }),
  };
}

/** A disclosed value that no host can be called names none. */
function nameOf(value: unknown): { host?: string } {
  const host = hostIdSchema.safeParse(value);
  return host.success ? { host: host.data } : {};
}
