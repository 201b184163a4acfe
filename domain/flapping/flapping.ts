import type { SitePolicy } from '../../contracts/site-policy.ts';

/**
 * Flapping of one drift (A3): `heals` heals within `windowMs` stop auto-healing before the next one. It is released by a
 * person, or by itself once the drift has stayed away for `quietMs`. Kept in workflow state and nowhere else; every
 * function returns a new state. Times are ISO 8601.
 */
export interface FlappingState {
  /** Heals that still count, oldest first. */
  heals: string[];
  /** When auto-healing was stopped; absent while it may run. */
  stoppedAt?: string;
  /** Since when the drift is away; absent while it is there. Quiet is counted from here. */
  quietSince?: string;
}

export type FlappingPolicy = SitePolicy['flapping'];

/** Nothing has been healed yet. */
export function neverHealed(): FlappingState {
  return { heals: [] };
}

/** Whether auto-healing must not run at `at`. */
export function isStopped(state: FlappingState, at: string, policy: FlappingPolicy): boolean {
  if (state.stoppedAt === undefined) return false;
  const releasedAt = releaseDueAt(state, policy);
  return releasedAt === undefined || Date.parse(at) < Date.parse(releasedAt);
}

/** The drift was seen at `at`: ends the quiet, unless it lasted long enough to release auto-healing. */
export function recordDrift(state: FlappingState, at: string, policy: FlappingPolicy): FlappingState {
  const { heals, stoppedAt } = afterQuiet(state, at, policy);
  return { heals, ...(stoppedAt === undefined ? {} : { stoppedAt }) };
}

/**
 * The drift was healed and verified at `at`, by whichever tier. The heal that completes the count stops auto-healing,
 * however much later the drift comes back: one that returns every 25 minutes makes three heals in 50.
 */
export function recordHeal(state: FlappingState, at: string, policy: FlappingPolicy): FlappingState {
  const before = afterQuiet(state, at, policy);
  const oldest = Date.parse(at) - policy.windowMs;
  const heals = [...before.heals.filter((heal) => Date.parse(heal) >= oldest), at];
  const stoppedAt = before.stoppedAt ?? (heals.length >= policy.heals ? at : undefined);
  return { heals, quietSince: at, ...(stoppedAt === undefined ? {} : { stoppedAt }) };
}

/** The check passed at `at` without our doing: the quiet begins, or goes on. */
export function recordCleared(state: FlappingState, at: string): FlappingState {
  return { ...state, quietSince: state.quietSince ?? at };
}

/** A person releases auto-healing: the count starts anew. */
export function release(state: FlappingState): FlappingState {
  return { heals: [], ...(state.quietSince === undefined ? {} : { quietSince: state.quietSince }) };
}

/** When stopped auto-healing is released by itself; undefined while it is not stopped or the drift is there. */
export function releaseDueAt(state: FlappingState, policy: FlappingPolicy): string | undefined {
  if (state.stoppedAt === undefined || state.quietSince === undefined) return undefined;
  return new Date(Date.parse(state.quietSince) + policy.quietMs).toISOString();
}

/**
 * How long an incident whose drift is away must stay open so that no count and no stop is forgotten: the flap window
 * after the last heal, or the quiet period where auto-healing is stopped. Undefined while the drift is there or
 * nothing was healed.
 */
export function watchUntil(state: FlappingState, policy: FlappingPolicy): string | undefined {
  if (state.quietSince === undefined) return undefined;
  if (state.stoppedAt !== undefined) return releaseDueAt(state, policy);
  const lastHeal = state.heals.at(-1);
  return lastHeal === undefined ? undefined : new Date(Date.parse(lastHeal) + policy.windowMs).toISOString();
}

function afterQuiet(state: FlappingState, at: string, policy: FlappingPolicy): FlappingState {
  return state.stoppedAt !== undefined && !isStopped(state, at, policy) ? release(state) : state;
}
