import type { SupervisedProcess } from '../../stack/supervisor/supervise.ts';
import type { PlannedKill, Part } from './plan-kills.ts';
import type { PartLife } from './truth.ts';

/**
 * How often each part ended after it had served, by what its supervisor logged: it says so before each new start, also
 * before the next try where a start has failed.
 */
export function partLives(
  targets: Record<Part, Pick<SupervisedProcess, 'name'>>,
  plan: readonly Pick<PlannedKill, 'part'>[],
  log: readonly string[],
): PartLife[] {
  return Object.entries(targets).map(([part, { name }]) => {
    const tries = log.filter((line) => line.startsWith(`${name} ended; starting it again`)).length;
    const failedTries = log.filter((line) => line.startsWith(`${name} could not be started again`)).length;
    return { name, kills: plan.filter((kill) => kill.part === part).length, ends: tries - failedTries };
  });
}
