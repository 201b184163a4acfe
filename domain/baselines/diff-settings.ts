import type { Baseline } from '../../contracts/catalog/baseline.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { EvidenceStatus } from '../score/evidence.ts';
import { scoreSite } from '../score/score.ts';
import { isStale, siteEvidence, type SiteFacts } from '../score/site-evidence.ts';
import { baselineOf } from './baseline-of.ts';
import { planChecks, type PlannedCheck } from './check-plan.ts';
import { changedNames, judgeAnew } from './judge-anew.ts';
import type { SettingsProposal } from './refuse-proposal.ts';

export const settingChanges = ['added', 'removed', 'turned_off', 'turned_on', 'parameters'] as const;

/** What a proposal does to one check of one host. */
export interface DiffRow {
  host: string;
  check: string;
  change: (typeof settingChanges)[number];
  before: EvidenceStatus | 'not_checked';
  /** `needs_scan`: only a new look at the host can tell. */
  after: EvidenceStatus | 'not_checked' | 'needs_scan';
  /** What would be found, or why that cannot be known. */
  message: string;
  /** Values that change; absent on the side where the check is not run. */
  parameters: { name: string; before?: string | number | boolean; after?: string | number | boolean }[];
}

/** The full difference a proposal makes. */
export interface SettingsDiff {
  /** Every check of every host whose settings change, by host and check. */
  rows: DiffRow[];
  /** Checks of hosts that stay as they are. */
  unchanged: number;
  /** Millionths of a point. What needs a scan counts as unknown, which is not passed. */
  score: { before: number; after: number };
}

/**
 * What `proposal` would do to every check of every host, by judging stored facts anew (H14). The proposal is one that
 * `refuseProposal` has nothing against.
 */
export function diffSettings(
  catalog: Pick<Catalog, 'checks' | 'baselines'>,
  facts: SiteFacts,
  proposal: SettingsProposal,
  at: string,
): SettingsDiff {
  const overrides = { ...facts.overrides, ...proposal.checks };
  const { baseline } = proposal;
  const baselines: ReadonlyMap<string, Baseline> = baseline
    ? new Map([...catalog.baselines, [baseline.id, baseline]])
    : catalog.baselines;
  const results = new Map(facts.results.map((result) => [keyOf(result.host, result.check), result]));
  const checksRun = Map.groupBy(facts.results, ({ host }) => host);
  const rows: DiffRow[] = [];
  let unchanged = 0;
  for (const host of [...facts.hosts].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const ran = (checksRun.get(host.id) ?? []).map(({ check }) => check);
    const plan = (known: ReadonlyMap<string, Baseline>, site: SiteFacts['overrides']) =>
      planChecks(catalog.checks, baselineOf(known, host, ran), site);
    const before = plan(catalog.baselines, facts.overrides);
    const after = plan(baselines, overrides);
    for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const row = rowOf(catalog, host.id, id, before.get(id), after.get(id), results, at);
      if (row) rows.push(row);
      else unchanged += 1;
    }
  }
  const proposed: SiteFacts = { ...facts, overrides, results: resultsAfter(facts.results, rows) };
  const points = (of: SiteFacts, known: ReadonlyMap<string, Baseline>) =>
    scoreSite(siteEvidence({ checks: catalog.checks, baselines: known }, of, at)).microPoints;
  return {
    rows,
    unchanged,
    score: { before: points(facts, catalog.baselines), after: points(proposed, baselines) },
  };
}

function rowOf(
  catalog: Pick<Catalog, 'checks'>,
  host: string,
  id: string,
  before: PlannedCheck | undefined,
  after: PlannedCheck | undefined,
  results: ReadonlyMap<string, Observation>,
  at: string,
): DiffRow | undefined {
  const change = changeOf(before, after);
  if (!change) return undefined;
  const stored = results.get(keyOf(host, id));
  const parameters = changedNames(before?.parameters ?? {}, after?.parameters ?? {}).map((name) => ({
    name,
    ...(before?.parameters[name] === undefined ? {} : { before: before.parameters[name] }),
    ...(after?.parameters[name] === undefined ? {} : { after: after.parameters[name] }),
  }));
  const base = { host, check: id, change, before: statusNow(before, stored, at), parameters };
  if (!after) return { ...base, after: 'not_checked', message: 'nothing would look at it any more' };
  if (!after.isEnabled) return { ...base, after: 'disabled', message: 'the site would turn it off' };
  const check = catalog.checks.get(id);
  if (!check) return { ...base, after: 'needs_scan', message: `the catalogue has no check ${id}` };
  if (!stored || isStale(stored, at)) {
    const why = stored ? `it was last looked at ${stored.observedAt}` : 'it was never looked at';
    return { ...base, after: 'needs_scan', message: why };
  }
  const judged = judgeAnew(check, stored, before?.parameters ?? {}, after.parameters);
  return judged.isKnown
    ? { ...base, after: judged.status, message: judged.message }
    : { ...base, after: 'needs_scan', message: judged.reason };
}

function changeOf(
  before: PlannedCheck | undefined,
  after: PlannedCheck | undefined,
): DiffRow['change'] | undefined {
  if (!before) return after && 'added';
  if (!after) return 'removed';
  if (before.isEnabled !== after.isEnabled) return after.isEnabled ? 'turned_on' : 'turned_off';
  return changedNames(before.parameters, after.parameters).length > 0 ? 'parameters' : undefined;
}

function statusNow(
  before: PlannedCheck | undefined,
  stored: Observation | undefined,
  at: string,
): DiffRow['before'] {
  if (!before) return 'not_checked';
  if (!before.isEnabled) return 'disabled';
  if (!stored) return 'missing';
  return isStale(stored, at) ? 'stale' : stored.status;
}

/** The stored results as they would be; what needs a scan is unknown until then. */
function resultsAfter(results: readonly Observation[], rows: readonly DiffRow[]): Observation[] {
  const changed = new Map(rows.map((row) => [keyOf(row.host, row.check), row]));
  return results.map((result) => {
    const row = changed.get(keyOf(result.host, result.check));
    if (!row) return result;
    switch (row.after) {
      case 'needs_scan':
        return { ...result, status: 'unknown', message: row.message };
      case 'pass':
      case 'warning':
      case 'fail':
      case 'error':
      case 'unknown':
        return { ...result, status: row.after, message: row.message };
      case 'stale':
      case 'missing':
      case 'disabled':
      case 'not_checked':
        return result;
    }
  });
}

function keyOf(host: string, check: string): string {
  return `${host}/${check}`;
}
