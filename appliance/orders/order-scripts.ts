import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import { exports } from '../transports/compose-script.ts';

type PlannedCommands = NonNullable<OrderOutcome['plannedCommands']>;

/** The environment of an order's scripts: `MALACHOR_ORDER`, and `P_<NAME>` for each parameter. */
export function orderEnvironment(order: Order, parameters: ParameterValues): Record<string, string> {
  const environment: Record<string, string> = { MALACHOR_ORDER: order.id };
  for (const [name, value] of Object.entries(parameters))
    environment[`P_${name.toUpperCase()}`] = String(value);
  return environment;
}

/** The exact scripts, with their environment, that an `execute` order of the runbook would run as root, in order. */
export function plannedCommands(
  runbook: RunbookDefinition & { capture: string; remediate: string },
  environment: Readonly<Record<string, string>>,
): PlannedCommands {
  const steps = [
    ['capture', runbook.capture],
    ['remediate', runbook.remediate],
  ] as const;
  return steps.map(([step, script]) => ({ step, script: `${exports(environment)}\n${script}` }));
}
