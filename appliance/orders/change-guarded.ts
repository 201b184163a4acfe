import { setTimeout as sleep } from 'node:timers/promises';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import type { CollectedOutput } from '../transports/collected-output.ts';
import { TransportError } from '../transports/transport-error.ts';
import { changeHost, type ChangeDeps } from './change-host.ts';
import {
  awaitDeadManScript,
  confirmScript,
  confirmStatus,
  confirmWithinMs,
  guardedScript,
} from './dead-man.ts';

type GuardedRunbook = RunbookDefinition & { remediate: string; rollback: string };

const pauseMs = 1_000;
const loginTimeoutMs = 20_000;

/** What a login after the change found. */
type Confirmation =
  | { kind: 'confirmed' }
  /** The host had taken the change back, or restarted meanwhile. */
  | { kind: 'taken_back' }
  | { kind: 'no_login'; why: string };

/**
 * Changes a host in a way that could shut the appliance out. The host takes the change back by itself unless the
 * appliance logs in anew, over a connection of its own, and says so. Resolves when it is known which of both happened, or
 * when the host has had all the time it may take.
 */
export async function changeGuarded(
  deps: ChangeDeps,
  order: Order,
  runbook: GuardedRunbook,
  environment: Readonly<Record<string, string>>,
  captured: CollectedOutput,
): Promise<OrderOutcome> {
  const waitMs = runbook.timeoutMs + (deps.confirmWithinMs ?? confirmWithinMs);
  const startedAtMs = deps.now();
  const { remediate, rollback } = runbook;
  const outcome = await changeHost(
    deps,
    order,
    runbook,
    {
      script: guardedScript({ orderId: order.id, remediate, rollback, environment, waitMs }),
      environment,
      stdin: Buffer.from(captured.head.toString('base64')),
    },
    captured,
  );
  // Without a beginning there is neither a change nor a dead man.
  if (outcome.startedAt !== undefined && outcome.output === undefined && outcome.result === 'failed')
    return outcome;
  const { kind } = await confirm(deps, order, {
    untilMs: startedAtMs + waitMs + runbook.timeoutMs,
    undoTimeoutMs: runbook.timeoutMs,
  });
  if (kind === 'confirmed') return outcome;
  const finishedAt = new Date(deps.now()).toISOString();
  const what = `The remediation of ${runbook.id}`;
  if (kind === 'taken_back')
    return {
      ...outcome,
      result: 'failed',
      message: `${what} kept the appliance from logging in, so the host took it back by itself. Look at what it changed before trying again.`,
      finishedAt,
    };
  return {
    ...outcome,
    result: 'interrupted',
    message: `${what} ran, and the appliance cannot log in to ${order.host} since. The host was to take it back by itself; look at it at its console.`,
    finishedAt,
  };
}

/** Logs in anew and tells the dead man; tries until it has certainly acted, and once more after that. */
async function confirm(
  deps: ChangeDeps,
  { host, id }: Order,
  { untilMs, undoTimeoutMs }: { untilMs: number; undoTimeoutMs: number },
): Promise<Confirmation> {
  for (;;) {
    const isLast = deps.now() >= untilMs;
    const login = await tell(deps, host, confirmScript(id), loginTimeoutMs);
    if (login === confirmStatus.confirmed) return { kind: 'confirmed' };
    if (login === confirmStatus.takingBack) {
      await tell(deps, host, awaitDeadManScript(id), undoTimeoutMs);
      return { kind: 'taken_back' };
    }
    if (login === confirmStatus.takenBack) return { kind: 'taken_back' };
    if (isLast) return { kind: 'no_login', why: typeof login === 'string' ? login : `exit status ${login}` };
    await sleep(pauseMs);
  }
}

/** Exit status of a script on a new connection, or why it could not be run. */
async function tell(
  { transport }: ChangeDeps,
  host: string,
  script: string,
  timeoutMs: number,
): Promise<number | string> {
  try {
    const run = { sudo: true, environment: {}, keepBytes: 0, survivesCut: true, freshConnection: true };
    return (await transport.run({ ...run, host, script, timeoutMs })).exitCode;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return error.message;
  }
}
