import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { RunnableRunbook } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import { parameterEnvironment } from '../../domain/catalog/parameter-environment.ts';
import { exports } from '../transports/compose-script.ts';

type PlannedCommands = NonNullable<OrderOutcome['plannedCommands']>;

/** The environment of an order's scripts: `MALACHOR_ORDER`, and `P_<NAME>` for each parameter. */
export function orderEnvironment(order: Order, parameters: ParameterValues): Record<string, string> {
  return { MALACHOR_ORDER: order.id, ...parameterEnvironment(parameters) };
}

/** The exact scripts, with their environment, that an `execute` order of the runbook would run as root, in order. */
export function plannedCommands(
  runbook: RunnableRunbook,
  environment: Readonly<Record<string, string>>,
): PlannedCommands {
  const steps = [
    ['capture', runbook.capture],
    ['remediate', runbook.remediate],
  ] as const;
  return steps.map(([step, script]) => ({ step, script: `${exports(environment)}\n${script}` }));
}
