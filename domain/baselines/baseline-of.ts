import type { Baseline } from '../../contracts/catalog/baseline.ts';
import type { HostOs } from '../../contracts/observation.ts';

/** A host as far as it matters which checks it is held to. */
export interface BaselineHost {
  id: string;
  os: HostOs;
  /** Id of its baseline, as its appliance said; absent until it did. */
  baseline?: string;
}

/** What a host is held to. */
export type HeldBaseline = Pick<Baseline, 'checks' | 'checkParameters'>;

/**
 * The baseline a host is held to: the one its appliance named, or the only one there is for its system. Where that
 * cannot be told, the checks that were run on it, so that they are not lost from sight.
 */
export function baselineOf(
  baselines: ReadonlyMap<string, Baseline>,
  { os, baseline }: BaselineHost,
  checksRun: Iterable<string>,
): HeldBaseline {
  const named = baseline === undefined ? undefined : baselines.get(baseline);
  if (named) return named;
  const ofSystem = [...baselines.values()].filter((each) => each.os === os.family);
  const only = baseline === undefined && ofSystem.length === 1 ? ofSystem[0] : undefined;
  return only ?? { checks: [...checksRun], checkParameters: {} };
}
