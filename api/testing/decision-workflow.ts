import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { DecisionRequest } from '../../contracts/decision.ts';
import { acknowledge, decide, releaseFlapping } from '../../contracts/incident-messages.ts';

/** Speaks like an incident: takes the decision to resolve, refuses others, and then ends. Counts what it took. */
export async function decided(): Promise<number> {
  let taken = 0;
  setHandler(
    decide,
    ({ request, actor }) => {
      taken += 1;
      return { decisionId: request.id, accepted: true, effect: 'applied', message: `by ${actor.name}` };
    },
    {
      validator: ({ request }: { request: DecisionRequest }) => {
        if (request.kind !== 'resolve')
          throw ApplicationFailure.nonRetryable('Name a runbook.', 'runbook_needed');
      },
    },
  );
  setHandler(acknowledge, () => ({ acknowledgedAt: '2026-11-23T10:00:00.000Z' }));
  setHandler(releaseFlapping, () => {
    throw ApplicationFailure.nonRetryable('Nothing was stopped.', 'not_waiting');
  });
  await condition(() => taken > 0);
  return taken;
}
