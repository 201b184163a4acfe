import { type AnchorProgress, believedCalendars } from './anchor-progress.ts';

export interface AnchorPolicy {
  /** So many calendars must have made a promise that can still be believed. */
  readonly minimumCalendars: number;
  /** A block counts for good once so many blocks are there, itself included. */
  readonly confirmations: number;
  /** From stamping to the first look; doubles with each look. */
  readonly firstLookMs: number;
  /** Longest pause between looks, however many there were. */
  readonly longestPauseMs: number;
  /** Without any block after so long, the batch is stamped again. */
  readonly restampAfterMs: number;
  /** False leaves a batch once it is stamped: its promises go into archives, and any OpenTimestamps client can complete them. */
  readonly autoUpgrade?: boolean;
}

/** Blocks take ten minutes on average; public calendars wait for six, and send at most a transaction every few hours. */
export const defaultAnchorPolicy: AnchorPolicy = {
  minimumCalendars: 2,
  confirmations: 6,
  firstLookMs: 60 * 60_000,
  longestPauseMs: 24 * 60 * 60_000,
  restampAfterMs: 14 * 24 * 60 * 60_000,
};

export type RestampReason = 'block_removed' | 'too_few_calendars' | 'pending_too_long';

export type NextStep =
  /** A block attests the batch, deep enough. */
  | { readonly kind: 'done' }
  /** Stamped, and nobody wants to wait for the block. */
  | { readonly kind: 'left' }
  /** Ask the calendars and the chain, not before `at`. */
  | { readonly kind: 'look'; readonly at: string }
  /** Stamp the batch again, not before `at`, and merge the new proof into the old one: no promise is given up. */
  | { readonly kind: 'restamp'; readonly at: string; readonly reason: RestampReason };

/**
 * What comes next for a stamped batch. It is never given up: with every calendar down for months it is looked at once a
 * `longestPauseMs`, and stamped again whenever `restampAfterMs` has passed without a block.
 */
export function decideNextStep(progress: AnchorProgress, policy: AnchorPolicy): NextStep {
  if (progress.blocks.some(({ confirmations }) => confirmations >= policy.confirmations))
    return { kind: 'done' };
  if (policy.autoUpgrade === false) return { kind: 'left' };
  const reason = restampReason(progress, policy);
  if (reason) return { kind: 'restamp', at: restampAt(progress, policy), reason };
  const last = Date.parse(progress.lastLookAt ?? progress.stampedAt);
  return { kind: 'look', at: later(last, pause(progress.looks, policy)) };
}

function restampReason(progress: AnchorProgress, policy: AnchorPolicy): RestampReason | undefined {
  // Waiting for confirmations is not waiting for a block.
  if (progress.blocks.length > 0) return undefined;
  if (progress.wasBlockRemoved) return 'block_removed';
  if (believedCalendars(progress.standings) < policy.minimumCalendars) return 'too_few_calendars';
  const isLate =
    Date.parse(progress.lastLookAt ?? '') - Date.parse(progress.stampedAt) >= policy.restampAfterMs;
  return isLate ? 'pending_too_long' : undefined;
}

/** At once the first time; then ever later, so that a calendar that always lies does not keep us busy. */
function restampAt({ stampedAt, restamps, lastLookAt }: AnchorProgress, policy: AnchorPolicy): string {
  const earliest = Date.parse(stampedAt) + (restamps === 0 ? 0 : pause(restamps - 1, policy));
  return later(Math.max(earliest, Date.parse(lastLookAt ?? stampedAt)), 0);
}

function pause(times: number, { firstLookMs, longestPauseMs }: AnchorPolicy): number {
  return Math.min(longestPauseMs, firstLookMs * 2 ** Math.min(times, 40));
}

function later(from: number, ms: number): string {
  return new Date(from + ms).toISOString();
}
