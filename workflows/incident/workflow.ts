import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { IncidentKey } from '../../contracts/ids.ts';
import type { Observation } from '../../contracts/observation.ts';
import { registerHandlers } from './handlers.ts';
import { hasLongHistory } from './long-history.ts';
import { openMemory, takeDrift, type IncidentMemory, type Phase } from './memory.ts';
import { accepted } from './phases/accepted.ts';
import { pause } from './phases/pause.ts';
import { person } from './phases/person.ts';
import { triage } from './phases/triage.ts';
import { watch } from './phases/watch.ts';
import { finish } from './phases/finish.ts';

/** Input of the incident workflow. `memory` is there when it continues itself. */
export interface IncidentInput {
  key: IncidentKey;
  memory?: IncidentMemory;
  /** A drift that came while the last run was ending; it opens this one. */
  observation?: Observation;
}

/**
 * The durable story of one drift on one (site, host, check). Its id makes it the only open one; signal-with-start with
 * `driftObserved` is the only way in. It ends closed, and every end is in the ledger before it is reached.
 */
export async function incident(input: IncidentInput): Promise<void> {
  const room: { memory?: IncidentMemory } = input.memory ? { memory: input.memory } : {};
  registerHandlers(room, input.key);
  if (input.observation) {
    room.memory ??= openMemory(input.key, input.observation, new Date().toISOString());
    takeDrift(room.memory, input.observation, new Date().toISOString());
  }
  await condition(() => room.memory !== undefined);
  const { memory } = room;
  if (!memory) throw new Error('unreachable: the condition above waits for it');
  while (memory.phase !== 'closed') {
    memory.phase = await run[memory.phase](memory);
    if (memory.phase !== 'closed' && hasLongHistory()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof incident>({ key: input.key, memory });
    }
  }
  await finish(memory);
  // A drift reported between the decision to end and the end itself must not be lost with this run.
  if (memory.freshDrift) {
    await continueAsNew<typeof incident>({ key: input.key, observation: memory.story.latest });
  }
}

const run: Record<Exclude<Phase, 'closed'>, (memory: IncidentMemory) => Promise<Phase>> = {
  triage,
  person,
  paused: pause,
  accepted,
  watching: watch,
};
