import type { Catalog, CatalogRunbook } from '../contracts/catalog/catalog.ts';
import type { Drill } from '../contracts/catalog/drill.ts';
import { isRunnable } from '../contracts/catalog/runbook.ts';
import type { Observation } from '../contracts/observation.ts';
import type { OrderOutcome } from '../contracts/order.ts';
import { resolveParameters } from '../domain/catalog/parameters.ts';
import type { Lab, LabHost } from '../stack/lab/lab.ts';
import { type DrillSite, openDrillSite } from './drill-site.ts';
import {
  changesBetween,
  describeChange,
  type HostState,
  isDeclared,
  parseState,
  stateScript,
} from './host-state.ts';

/** What a drill proves, in order. A drill that does not end in healing stops earlier. */
export const drillSteps = [
  'complies',
  'drifts',
  'remediates',
  'verifies',
  'changes nothing twice',
  'rolls back',
  'as before',
] as const;
export type DrillStep = (typeof drillSteps)[number];

export interface DrillResult {
  runbook: string;
  what: string;
  ends: Drill['ends'];
  passed: boolean;
  /** Steps that were proved. */
  proved: DrillStep[];
  /** Which step failed and how, one sentence or several lines. */
  failure?: string;
  /** From the order to its outcome. */
  remediationMs?: number;
  tookMs: number;
}

/** A step that did not show what it must. */
class DrillFailure extends Error {}

/** A host under emulation beside others takes minutes where another takes seconds. */
const stateTimeoutMs = 300_000;
const emulatedLoginTimeoutMs = 90_000;

/**
 * Proves on a fresh host of `lab` that a drift is found, healed and taken back (H7): the check passes, the drift is
 * planted and found, the runbook heals it, a second run changes nothing, and the rollback leaves all that a runbook can
 * touch byte for byte as it was, with nothing changed that the runbook does not declare. Never rejects for what the
 * runbook or the host does; the host is removed whatever happens.
 */
export async function runDrill(
  lab: Pick<Lab, 'addHost' | 'removeHost' | 'run'>,
  catalog: Catalog,
  runbook: CatalogRunbook,
  drill: Drill,
): Promise<DrillResult> {
  const startedAt = performance.now();
  const result = { runbook: runbook.definition.id, what: drill.what, ends: drill.ends };
  const proved: DrillStep[] = [];
  let remediationMs: number | undefined;
  let host: LabHost | undefined;
  let site: DrillSite | undefined;
  const ended = (failure?: string): DrillResult => ({
    ...result,
    passed: failure === undefined,
    proved,
    ...(failure === undefined ? {} : { failure }),
    ...(remediationMs === undefined ? {} : { remediationMs }),
    tookMs: Math.round(performance.now() - startedAt),
  });
  try {
    const isEmulated = drill.needs === 'kernel';
    host = await lab.addHost(isEmulated ? { kernel: 'own' } : {});
    site = openDrillSite(host, catalog, isEmulated ? emulatedLoginTimeoutMs : undefined);
    const drilled = { lab, site, host, runbook, drill };
    await proveDrift(drilled, proved);
    if (drill.ends !== 'escalates') {
      const startedRunAt = performance.now();
      await proveHealing(drilled, proved, () => {
        remediationMs ??= Math.round(performance.now() - startedRunAt);
      });
    }
    return ended();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const step = drillSteps[proved.length] ?? 'ends';
    return ended(`${step}: ${reason}`);
  } finally {
    await site?.close();
    if (host) await lab.removeHost(host.id);
  }
}

interface Drilled {
  lab: Pick<Lab, 'run'>;
  site: DrillSite;
  host: LabHost;
  runbook: CatalogRunbook;
  drill: Drill;
}

async function proveDrift(drilled: Drilled, proved: DrillStep[]): Promise<void> {
  const { lab, host, drill } = drilled;
  if (drill.prepare !== undefined) await lab.run(host.id, drill.prepare);
  const before = await judgements(drilled);
  const main = before[0];
  if (main?.status !== 'pass')
    throw new DrillFailure(`${main?.check ?? ''} is ${main?.status}: ${main?.message}`);
  proved.push('complies');
  await lab.run(host.id, drill.plant);
  const after = await judgements(drilled);
  const wasPassing = new Set(before.filter(({ status }) => status === 'pass').map(({ check }) => check));
  const drifted = after.filter(
    ({ check, status }) => wasPassing.has(check) && (status === 'fail' || status === 'warning'),
  );
  if (drifted.length === 0) {
    const seen = after.map(({ check, status, message }) => `${check} is ${status}: ${message}`);
    throw new DrillFailure(`no check of the runbook finds it\n${seen.join('\n')}`);
  }
  proved.push('drifts');
}

async function proveHealing(drilled: Drilled, proved: DrillStep[], onOutcome: () => void): Promise<void> {
  const { site, runbook, drill } = drilled;
  const { definition } = runbook;
  if (!isRunnable(definition)) throw new DrillFailure(`${definition.id} has no scripts`);
  const resolved = resolveParameters(definition, drill.parameters);
  if (!resolved.ok) throw new DrillFailure(resolved.problems.map(({ reason }) => reason).join('; '));
  const found = await stateOf(drilled);
  const outcome = await site.order(runbook, resolved.values, 'execute');
  onOutcome();
  if (drill.ends === 'refuses') {
    proveRefusal(outcome, drill);
    requireSame(found, await stateOf(drilled), 'a refusal changed the host');
    proved.push('remediates');
    return;
  }
  if (outcome.result !== 'completed') throw new DrillFailure(describeOutcome(outcome));
  if (/\$(?:y|6|5|2b)\$|PRIVATE KEY/u.test(outcome.captured?.text ?? ''))
    throw new DrillFailure('what it captured holds a secret');
  proved.push('remediates');

  const judged = await judgements(drilled);
  const wrong = judged.filter(
    ({ status }) => status === 'fail' || status === 'warning' || status === 'error',
  );
  if (wrong.length > 0)
    throw new DrillFailure(
      wrong.map(({ check, status, message }) => `${check} is ${status}: ${message}`).join('\n'),
    );
  const healed = await stateOf(drilled);
  const undeclared = changesBetween(found, healed).filter(
    ({ what }) => !isDeclared(what, definition.touches),
  );
  if (undeclared.length > 0)
    throw new DrillFailure(
      `it changes what it does not declare:\n${undeclared.map(describeChange).join('\n')}`,
    );
  proved.push('verifies');

  const again = await site.order(runbook, resolved.values, 'execute');
  if (again.result !== 'completed') throw new DrillFailure(describeOutcome(again));
  requireSame(healed, await stateOf(drilled), 'the second run changed the host');
  proved.push('changes nothing twice');

  if (definition.rollback === undefined) return;
  const undone = await site.order(runbook, resolved.values, 'rollback', outcome.orderId);
  if (undone.result !== 'completed') throw new DrillFailure(describeOutcome(undone));
  proved.push('rolls back');
  const exempt = definition.touches.packages ? (what: string) => what.startsWith('package ') : () => false;
  requireSame(found, await stateOf(drilled), 'the rollback left differences', exempt);
  proved.push('as before');
}

function proveRefusal(outcome: OrderOutcome, drill: Drill): void {
  const said = outcome.output?.text ?? '';
  const hasRefused = outcome.result === 'failed' && outcome.message.includes('status 3');
  if (!hasRefused) throw new DrillFailure(`it did not refuse: ${describeOutcome(outcome)}`);
  if (drill.says !== undefined && !said.includes(drill.says))
    throw new DrillFailure(`it says «${said.trim()}», not «${drill.says}»`);
}

function requireSame(
  before: HostState,
  after: HostState,
  what: string,
  exempt: (what: string) => boolean = () => false,
): void {
  const changes = changesBetween(before, after).filter((change) => !exempt(change.what));
  if (changes.length > 0) throw new DrillFailure(`${what}:\n${changes.map(describeChange).join('\n')}`);
}

async function stateOf({ lab, host, runbook }: Drilled): Promise<HostState> {
  const script = stateScript(runbook.definition.touches);
  const { stdout } = await lab.run(host.id, script, { timeoutMs: stateTimeoutMs });
  return parseState(stdout);
}

/** Every check that the runbook mends, the main one first. */
async function judgements({ site, runbook }: Drilled): Promise<Observation[]> {
  const { check: main, also } = runbook.definition.verify;
  const found: Observation[] = [];
  for (const id of [main, ...also]) found.push(await site.judge(id));
  return found;
}

function describeOutcome({ result, message, output }: OrderOutcome): string {
  return `${result}: ${message}\n${output?.text ?? ''}`.trim();
}
