import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * How long each kind of activity may take and what a retry may do. Retrying is safe in every case: reads have no
 * effect, an order runs at most once whatever is retried (the appliance's journal), records are idempotent by key.
 */

/** Central decisions: milliseconds, local to the worker, retried until the worker or its database is back. */
export const decision: LocalActivityOptions = {
  startToCloseTimeout: '10s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
};

/** Ledger and projection: like decisions; an incident never ends before its record is durable. */
export const record: LocalActivityOptions = {
  startToCloseTimeout: '20s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
};

/** A read on a host. A host that cannot be read is an answer, so only a lost appliance is retried. */
export function probe(applianceWaitMs: number): ActivityOptions {
  return {
    scheduleToStartTimeout: applianceWaitMs,
    startToCloseTimeout: '150s',
    heartbeatTimeout: '20s',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 6 },
  };
}

/**
 * A signed order. Retried when the appliance dies under it: the journal then answers what became of the first run.
 * @param timeoutMs limit of each script of the runbook, in milliseconds
 * @param applianceWaitMs how long it waits for an appliance to take it
 */
export function mutate(timeoutMs: number, applianceWaitMs: number): ActivityOptions {
  return {
    scheduleToStartTimeout: applianceWaitMs,
    startToCloseTimeout: timeoutMs * 3 + 60_000,
    heartbeatTimeout: '20s',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 8 },
  };
}

/** The model: its own deadlines and retries are inside the activity. */
export const plan: ActivityOptions = {
  startToCloseTimeout: '3m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s', maximumAttempts: 5 },
};
