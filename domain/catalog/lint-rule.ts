import type { Catalog, CatalogProblem, CatalogRunbook } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { RuleDefinition } from '../../contracts/catalog/rule.ts';
import { isRunnable } from '../../contracts/catalog/runbook.ts';
import { createFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import { lintCondition } from './lint-check.ts';
import { resolveParameters } from './parameters.ts';
import { whyMissing } from './why-missing.ts';
import type { SourceFile } from './yaml-source.ts';

type Usable = Pick<Catalog, 'checks' | 'runbooks'>;

/** What is wrong with the rule at `index` of its file, against the usable checks and runbooks. */
export function lintRule(
  source: SourceFile<{ rules: RuleDefinition[] }>,
  index: number,
  rule: RuleDefinition,
  usable: Usable,
  earlier: readonly CatalogProblem[],
): CatalogProblem[] {
  const findings = createFindings(source, rule.id);
  const at = ['rules', index];
  const checks = matchedChecks(rule, usable);
  if (checks.length === 0) {
    const reason = rule.match.check.endsWith('.*')
      ? `no check matches ${rule.match.check}`
      : whyMissing('check', rule.match.check, earlier);
    findings.add([...at, 'match', 'check'], reason);
  }
  if (rule.match.facts && checks.length > 0) {
    const declared = new Set(checks.flatMap((check) => Object.keys(check.facts)));
    lintCondition(findings, rule.match.facts, [...at, 'match', 'facts'], { facts: declared });
  }
  const runbook = usable.runbooks.get(rule.runbook);
  if (runbook) lintAction(rule, runbook, checks, findings, index);
  else findings.add([...at, 'runbook'], whyMissing('runbook', rule.runbook, earlier));
  return findings.problems;
}

function matchedChecks(rule: RuleDefinition, { checks }: Usable): CheckDefinition[] {
  const wanted = rule.match.check;
  if (!wanted.endsWith('.*')) return [checks.get(wanted)].filter((check) => check !== undefined);
  return [...checks.values()].filter(({ id }) => id.startsWith(wanted.slice(0, -1)));
}

/** A rule acts without a person, so its runbook must be safe to run, undoable and for the same systems. */
function lintAction(
  rule: RuleDefinition,
  { definition: runbook }: CatalogRunbook,
  checks: CheckDefinition[],
  findings: Findings,
  index: number,
): void {
  const at = ['rules', index];
  if (rule.match.status.includes('error') && !runbook.repairsChecking) {
    const place = [...at, 'match', 'status'];
    findings.add(
      place,
      `a rule for error may only name a runbook that repairs the means of checking, and ${runbook.id} does not; ` +
        'write status: [warning, fail]',
    );
  }
  if (runbook.risk === 'high') {
    findings.add([...at, 'runbook'], `${runbook.id} has risk high, which only people may run`);
  }
  if (!isRunnable(runbook)) {
    findings.add([...at, 'runbook'], `${runbook.id} has no scripts: it is guidance for people`);
  } else if (runbook.rollback === undefined) {
    findings.add([...at, 'runbook'], `${runbook.id} has no rollback, which a rule's runbook needs`);
  }
  const families = rule.match.os?.filter((os) => os === 'linux' || os === 'windows') ?? [];
  for (const os of families) {
    if (!runbook.os.includes(os)) findings.add([...at, 'match', 'os'], `${runbook.id} is not for ${os}`);
  }
  for (const check of checks) {
    if (!check.os.some((os) => runbook.os.includes(os))) {
      findings.add(
        [...at, 'runbook'],
        `${runbook.id} is for ${runbook.os.join(', ')}, check ${check.id} is not`,
      );
    }
  }
  const resolved = resolveParameters(runbook, rule.parameters);
  if (resolved.ok) return;
  for (const { parameter, reason } of resolved.problems)
    findings.add([...at, 'parameters', parameter], reason);
}
