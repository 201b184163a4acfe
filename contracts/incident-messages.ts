import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Actor, DecisionReceipt, DecisionRequest } from './decision.ts';
import type { Observation } from './observation.ts';
import type { Story } from './story.ts';

/** Messages of the incident workflow; clients and the workflow share these definitions. */

/** A drift was seen: the only way an incident starts, and how a second report joins it (fire and forget). */
export const driftObserved = defineSignal<[Observation]>('driftObserved');

/** The check was seen passing by a scan while the incident is open (fire and forget). */
export const driftCleared = defineSignal<[Observation]>('driftCleared');

/** A run that the incident may have waited for has ended, so that it is worth while to ask the guard (fire and forget). */
export const guardFreed = defineSignal('guardFreed');

/** A person's decision. An update, because the person must learn whether it was taken. Idempotent by decision id. */
export const decide = defineUpdate<DecisionReceipt, [{ request: DecisionRequest; actor: Actor }]>('decide');

/** A person took the ticket: stops the first-response clock. An update, for the same reason. */
export const acknowledge = defineUpdate<{ acknowledgedAt: string }, [{ actor: Actor }]>('acknowledge');

/** Releases auto-healing that flapping stopped. */
export const releaseFlapping = defineUpdate<{ releasedAt: string }, [{ actor: Actor }]>('releaseFlapping');

/** The whole incident as it stands. */
export const story = defineQuery<Story>('story');
