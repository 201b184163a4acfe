import type { AnchorActivities } from '../../../activities/anchor/anchor-activities.ts';
import type { AnchorStore } from '../../../activities/anchor/create-anchor-activities.ts';
import { seededRandom } from '../seeded-random.ts';

/** Places between two steps of anchoring, in their order. */
export const anchorSteps = [
  'batch_asked_for',
  'ledgers_read',
  'batch_made',
  'stamping_asked_for',
  'calendars_promised',
  'promise_saved',
  'look_asked_for',
  'chain_looked_at',
  'look_saved',
  'settling_asked_for',
  'settled',
] as const;
export type AnchorStep = (typeof anchorSteps)[number];

/** Where a worker is killed, one after the other: the same for the same seed. Every step has its equal share. */
export function planAnchorKills(seed: number, count: number): AnchorStep[] {
  const random = seededRandom(seed, 'anchor kills');
  const rounds = Array.from({ length: Math.ceil(count / anchorSteps.length) }, () =>
    random.shuffle(anchorSteps),
  );
  return rounds.flat().slice(0, count);
}

type Cross = (step: AnchorStep) => void;

/** The same store, which tells what was read and saved, and what is about to be. */
export function crossingStore(store: AnchorStore, cross: Cross): AnchorStore {
  return {
    batch: (id) => store.batch(id),
    unanchored: async () => {
      const ledgers = await store.unanchored();
      if (ledgers.length > 0) cross('ledgers_read');
      return ledgers;
    },
    form: async (batch, members) => {
      const isFormed = await store.form(batch, members);
      if (isFormed) cross('batch_made');
      return isFormed;
    },
    keep: async (id, learned) => {
      // Only a look at the chain learns headers.
      const isLook = learned.headers !== undefined;
      cross(isLook ? 'chain_looked_at' : 'calendars_promised');
      await store.keep(id, learned);
      cross(isLook ? 'look_saved' : 'promise_saved');
    },
    settle: async (id, at) => {
      await store.settle(id, at);
      cross('settled');
    },
  };
}

/** The same activities, which tell when they are asked for: what came before is on record then. */
export function crossingActivities(activities: AnchorActivities, cross: Cross): AnchorActivities {
  return {
    formBatch: (input) => {
      cross('batch_asked_for');
      return activities.formBatch(input);
    },
    stampBatch: (input) => {
      cross('stamping_asked_for');
      return activities.stampBatch(input);
    },
    lookAtBatch: (input) => {
      cross('look_asked_for');
      return activities.lookAtBatch(input);
    },
    settleBatch: (input) => {
      cross('settling_asked_for');
      return activities.settleBatch(input);
    },
  };
}
