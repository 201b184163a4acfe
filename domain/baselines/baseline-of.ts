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
  host: BaselineHost,
  checksRun: Iterable<string>,
): HeldBaseline {
  return knownBaseline(baselines, host) ?? { checks: [...checksRun], checkParameters: {} };
}

/** Baselines that some of the hosts are held to, by id. */
export function baselinesInUse(
  baselines: ReadonlyMap<string, Baseline>,
  hosts: readonly BaselineHost[],
): Baseline[] {
  const used = new Set(hosts.map((host) => knownBaseline(baselines, host)));
  return [...used].filter((each) => each !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function knownBaseline(
  baselines: ReadonlyMap<string, Baseline>,
  { os, baseline }: BaselineHost,
): Baseline | undefined {
  if (baseline !== undefined) return baselines.get(baseline);
  const ofSystem = [...baselines.values()].filter((each) => each.os === os.family);
  return ofSystem.length === 1 ? ofSystem[0] : undefined;
}
