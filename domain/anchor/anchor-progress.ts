import type { calendarStates } from '../../contracts/api/evidence-summary.ts';

/** How far the anchoring of one batch has come. Plain values, so that a workflow can keep them. Times are ISO 8601. */
export interface AnchorProgress {
  /** When calendars last promised to keep the batch. */
  readonly stampedAt: string;
  /** Stampings after the first. */
  readonly restamps: number;
  /** Looks at the calendars since the last stamping. */
  readonly looks: number;
  readonly lastLookAt?: string;
  /** What each calendar has come to. */
  readonly standings: readonly CalendarStanding[];
  /** Blocks that attest the batch in the chain as it was at the last look. */
  readonly blocks: readonly AttestingBlock[];
  /** Whether a block that attested was gone from the chain at a look since the last stamping. */
  readonly wasBlockRemoved: boolean;
}

/**
 * - `pending`: it promised, and there is no block yet
 * - `attested`: what it gave is in the chain
 * - `contradicted`: what it gave is not in the chain
 * - `forgotten`: it says that it does not know the batch
 * - `unreachable`: it could not be asked, so that its promise stands
 * - `failed`: it made no promise at the last stamping
 */
export type CalendarState = (typeof calendarStates)[number];

export interface CalendarStanding {
  readonly calendar: string;
  readonly state: CalendarState;
  /** One sentence for people, where there is something to say. */
  readonly reason?: string;
}

export interface AttestingBlock {
  readonly height: number;
  /** Blocks from it to the tip, itself included. */
  readonly confirmations: number;
}

/** Progress after the batch was stamped, for the first time or again. */
export function afterStamping(
  before: AnchorProgress | undefined,
  standings: readonly CalendarStanding[],
  now: Date,
): AnchorProgress {
  return {
    stampedAt: now.toISOString(),
    restamps: before ? before.restamps + 1 : 0,
    looks: 0,
    standings,
    blocks: before?.blocks ?? [],
    wasBlockRemoved: false,
  };
}

/** What a look at calendars and chain found. */
export interface LookOutcome {
  readonly standings: readonly CalendarStanding[];
  readonly blocks: readonly AttestingBlock[];
  /** Heights of blocks that attested before and are not in the chain any more. */
  readonly removedHeights: readonly number[];
}

/** Progress after a look. */
export function afterLook(before: AnchorProgress, outcome: LookOutcome, now: Date): AnchorProgress {
  return {
    ...before,
    looks: before.looks + 1,
    lastLookAt: now.toISOString(),
    standings: outcome.standings,
    blocks: outcome.blocks,
    wasBlockRemoved: before.wasBlockRemoved || outcome.removedHeights.length > 0,
  };
}

/** How many calendars' promises can still be believed. */
export function believedCalendars(standings: readonly CalendarStanding[]): number {
  const believed: readonly CalendarState[] = ['pending', 'attested', 'unreachable'];
  return new Set(standings.filter(({ state }) => believed.includes(state)).map(({ calendar }) => calendar))
    .size;
}
