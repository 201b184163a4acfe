import type { RunnableRunbook } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import { captureState } from './capture-state.ts';
import { changeGuarded } from './change-guarded.ts';
import { changeHost, type ChangeDeps } from './change-host.ts';
import { orderEnvironment, plannedCommands } from './order-scripts.ts';
import type { OrderVerdict } from './verify-order.ts';

/** Runs an accepted order that is journalled as `received`. Resolves to its outcome, which is not yet journalled. */
export async function carryOut(
  deps: ChangeDeps,
  order: Order,
  verdict: OrderVerdict & { ok: true },
): Promise<OrderOutcome> {
  const { runbook, parameters, restore } = verdict;
  const environment = orderEnvironment(order, parameters);
  switch (order.action) {
    case 'dry_run':
      return dryRun(order, runbook, environment);
    case 'rollback': {
      const script = runbook.rollback;
      if (script === undefined || restore === undefined)
        throw new TypeError('nothing to restore was verified');
      return changeHost(deps, order, runbook, { script, environment, stdin: restore });
    }
    case 'execute': {
      const state = await captureState(deps.transport, order, runbook, environment);
      if (!state.ok) return state.outcome;
      const { rollback } = runbook;
      return runbook.guardsAccess && rollback !== undefined
        ? changeGuarded(deps, order, { ...runbook, rollback }, environment, state.captured)
        : changeHost(deps, order, runbook, { script: runbook.remediate, environment }, state.captured);
    }
  }
}

function dryRun(
  order: Order,
  runbook: RunnableRunbook,
  environment: Readonly<Record<string, string>>,
): OrderOutcome {
  return {
    orderId: order.id,
    result: 'would_have_run',
    message: `${runbook.id} would have run on ${order.host}; nothing was changed.`,
    plannedCommands: plannedCommands(runbook, environment),
  };
}
