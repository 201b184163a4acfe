import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
} from '@temporalio/client';
import { evidenceExpectation, heartbeatSeconds } from '../contracts/evidence-intervals.ts';
import {
  anchorScheduleId,
  centralTaskQueue,
  evidenceScheduleId,
  reconcileScheduleId,
  scanScheduleId,
  storeScheduleId,
  witnessScheduleId,
} from '../contracts/ids.ts';
import type { AnchorPolicy } from '../domain/anchor/decide-next-step.ts';
import type { SiteExpectations } from '../persistence/site-expectations.ts';
import type { anchor } from '../workflows/anchor/workflow.ts';
import type { collectEvidence } from '../workflows/evidence/workflow.ts';
import type { reconcile } from '../workflows/reconcile/workflow.ts';
import type { scan } from '../workflows/scan/workflow.ts';
import type { store } from '../workflows/store/workflow.ts';
import type { witness } from '../workflows/witness/workflow.ts';

/**
 * Sees to it that each site is scanned every `intervalMinutes`, the first time at once. A scan that is still running
 * when the next is due lets that one go by. Idempotent; a changed interval is taken over.
 */
export async function ensureScanSchedules(
  client: Client,
  sites: readonly string[],
  intervalMinutes: number,
): Promise<void> {
  for (const site of sites) await ensureScanSchedule(client, site, intervalMinutes);
}

/** Notes how often each site's scans and heartbeats are due from now on (ISO 8601, UTC). Idempotent. */
export async function rememberExpectations(
  expectations: Pick<SiteExpectations, 'remember'>,
  sites: readonly string[],
  { intervalMinutes, now }: { intervalMinutes: number; now: string },
): Promise<void> {
  for (const site of sites) await expectations.remember(site, evidenceExpectation(now, intervalMinutes));
}

/** Sees to it that what each site's appliance signs is fetched at least as often as it beats. Idempotent. */
export async function ensureEvidenceSchedules(client: Client, sites: readonly string[]): Promise<void> {
  for (const site of sites) {
    const started = {
      workflowType: 'collectEvidence',
      args: [{ site }] satisfies Parameters<typeof collectEvidence>,
    };
    const spec = every(heartbeatSeconds / 60);
    await ensureSchedule(client, evidenceScheduleId(site), spec, ScheduleOverlapPolicy.SKIP, started);
  }
}

/** Sees to it that each site's witness is asked for a cosignature every `intervalMinutes`. Idempotent. */
export async function ensureWitnessSchedules(
  client: Client,
  sites: readonly string[],
  intervalMinutes: number,
): Promise<void> {
  for (const site of sites) {
    await ensureSchedule(
      client,
      witnessScheduleId(site),
      every(intervalMinutes),
      ScheduleOverlapPolicy.SKIP,
      {
        workflowType: 'witness',
        args: [{ site }] satisfies Parameters<typeof witness>,
      },
    );
  }
}

/**
 * Sees to it that the ledgers that have grown are anchored every `intervalMinutes`. Batches that wait for a block do not hold
 * up the next one. Idempotent; changed settings are taken over.
 */
export async function ensureAnchorSchedule(
  client: Client,
  intervalMinutes: number,
  policy: AnchorPolicy,
): Promise<void> {
  await ensureSchedule(client, anchorScheduleId, every(intervalMinutes), ScheduleOverlapPolicy.ALLOW_ALL, {
    workflowType: 'anchor',
    args: [{ policy }] satisfies Parameters<typeof anchor>,
  });
}

/**
 * Sees to it that what ledgers have and the object store has not is put there every `intervalMinutes`, and that both are compared
 * in the hour `reconcileHour` (UTC) of each day. One that still runs lets the next go by. Idempotent; changed settings are taken
 * over.
 */
export async function ensureStorageSchedules(
  client: Client,
  { intervalMinutes, reconcileHour }: { intervalMinutes: number; reconcileHour: number },
): Promise<void> {
  await ensureSchedule(client, storeScheduleId, every(intervalMinutes), ScheduleOverlapPolicy.SKIP, {
    workflowType: 'store',
    args: [{}] satisfies Parameters<typeof store>,
  });
  const nightly: ScheduleSpec = { calendars: [{ hour: reconcileHour, minute: 17 }], jitter: '10m' };
  await ensureSchedule(
    client,
    reconcileScheduleId,
    nightly,
    ScheduleOverlapPolicy.SKIP,
    { workflowType: 'reconcile', args: [{}] satisfies Parameters<typeof reconcile> },
    { atOnce: false },
  );
}

function every(minutes: number): ScheduleSpec {
  return { intervals: [{ every: minutes * 60_000 }] };
}

async function ensureScanSchedule(client: Client, site: string, intervalMinutes: number): Promise<void> {
  await ensureSchedule(client, scanScheduleId(site), every(intervalMinutes), ScheduleOverlapPolicy.SKIP, {
    workflowType: 'scan',
    args: [{ site }] satisfies Parameters<typeof scan>,
  });
}

async function ensureSchedule(
  client: Client,
  scheduleId: string,
  spec: ScheduleSpec,
  overlap: ScheduleOverlapPolicy,
  started: { workflowType: string; args: unknown[] },
  { atOnce = true }: { atOnce?: boolean } = {},
): Promise<void> {
  const policies = { overlap, catchupWindow: '1m' as const };
  const action = {
    type: 'startWorkflow' as const,
    workflowId: scheduleId,
    taskQueue: centralTaskQueue,
    ...started,
  };
  try {
    await client.schedule.create({
      scheduleId,
      spec,
      policies,
      action,
      state: { triggerImmediately: atOnce },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const schedule = client.schedule.getHandle(scheduleId);
    await schedule.update(({ state }) => ({ spec, policies, action, state }));
  }
}
