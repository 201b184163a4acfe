import { randomUUID } from 'node:crypto';
import { buildStory } from '../../api/testing/story-builder.ts';
import { incidentWorkflowId } from '../../contracts/ids.ts';
import type { Attempt, Story } from '../../contracts/story.ts';
import type { RunMark } from './host-log.ts';
import { switches } from './switches.ts';
import type { Truth } from './truth.ts';

/** Builders of what the invariants are tested on. */

export const onceKey = { site: 'fault-street', host: 'host-1', check: switches[1]?.check ?? '' };

/** What a run of the order against a drift of `host-1 once` writes. */
export function marksOf(order: string, drift = 1): RunMark[] {
  const run = { host: 'host-1', action: 'remediate', order, name: 'once', drift } as const;
  return [
    { ...run, mark: 'start', atMs: 1_000 },
    { ...run, mark: 'end', atMs: 2_000 },
  ];
}

/** A remediation by L1 with the order. */
export function attemptOf(orderId: string, tier: 'L1' | 'L3' = 'L1'): Attempt {
  const [attempt] = buildStory().attempts;
  if (!attempt) throw new Error('the sample story has an attempt');
  const own = { ...attempt, orderId, proposal: { ...attempt.proposal, tier } };
  delete own.rollback;
  return own;
}

export function onceStory(changes: Partial<Story> = {}): Story {
  return buildStory({ ...onceKey, id: incidentWorkflowId(onceKey), attempts: [], decisions: [], ...changes });
}

/** One drift that was planted, healed by one order, and put on record. */
export function soundTruth(): Truth & { order: string } {
  const order = randomUUID();
  const story = onceStory({ attempts: [attemptOf(order)] });
  return {
    order,
    marks: marksOf(order),
    switches: [{ host: 'host-1', name: 'once', state: 'good', drift: 1 }],
    planted: [{ host: 'host-1', name: 'once', count: 1 }],
    stories: [story],
    bundles: [{ entry: 0, moment: 'healed', story }],
    entries: [
      { site: story.site, entry: 0 },
      { site: story.site, entry: 1, heartbeat: 1 },
    ],
    executions: [
      {
        workflowId: story.id,
        type: 'incident',
        status: 'COMPLETED',
        taskFailures: [],
        pendingActivities: 0,
      },
    ],
    decisions: [],
    heldOrders: [],
    parts: [{ name: 'worker', kills: 2, ends: 2 }],
  };
}
