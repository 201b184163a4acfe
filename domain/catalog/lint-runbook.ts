import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { RunbookDefinition, RunbookParameter } from '../../contracts/catalog/runbook.ts';
import { findSlowPattern } from '../facts/find-slow-pattern.ts';
import { runbookFamily, runbookPath } from './catalog-paths.ts';
import { createFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import { lintScriptOf } from './lint-check.ts';
import { readsParameters } from './lint-script.ts';
import { refuseValue } from './parameters.ts';
import { whyMissing } from './why-missing.ts';
import type { SourceFile } from './yaml-source.ts';

/** What is wrong with one runbook, by itself and against the usable checks. */
export function lintRunbook(
  source: SourceFile<RunbookDefinition>,
  checks: ReadonlyMap<string, CheckDefinition>,
  earlier: readonly CatalogProblem[],
): CatalogProblem[] {
  const runbook = source.value;
  const findings = createFindings(source, runbook.id);
  const family = runbookFamily(runbook.id);
  const path = runbookPath(runbook.id);
  if (source.file !== path) findings.add(['id'], `runbook ${runbook.id} belongs in ${path}`);
  if (family && !runbook.os.some((os) => os === family)) findings.add(['os'], `does not name ${family}`);

  const check = checks.get(runbook.verify.check);
  if (!check) {
    findings.add(['verify', 'check'], whyMissing('check', runbook.verify.check, earlier));
  } else {
    const apart = runbook.os.filter((os) => !check.os.includes(os));
    if (apart.length > 0) findings.add(['os'], `check ${check.id} is not for ${apart.join(', ')}`);
  }
  lintParameters(runbook, findings);
  for (const step of ['capture', 'remediate', 'rollback'] as const) {
    const script = runbook[step];
    if (script !== undefined) lintScriptOf(source, findings, [step], script, runbook.os);
  }
  return findings.problems;
}

function lintParameters(runbook: RunbookDefinition, findings: Findings): void {
  const scripts = [runbook.capture, runbook.remediate, runbook.rollback ?? ''].join('\n');
  const read = readsParameters(scripts);
  for (const [name, parameter] of Object.entries(runbook.parameters)) {
    const at = ['parameters', name];
    const broken = brokenBounds(parameter);
    if (broken) findings.add([...at, broken.field], broken.reason);
    else {
      const refusal = refuseValue(parameter, parameter.default);
      if (refusal !== undefined) findings.add([...at, 'default'], refusal);
    }
    if (runbook.os.includes('linux') && !read.has(name)) {
      findings.add(at, `no script reads $P_${name.toUpperCase()}`);
    }
  }
  if (!runbook.os.includes('linux')) return;
  for (const name of read) {
    if (!Object.hasOwn(runbook.parameters, name)) {
      findings.add(['parameters'], `a script reads $P_${name.toUpperCase()}, which is not a parameter`);
    }
  }
}

function brokenBounds(parameter: RunbookParameter): { field: string; reason: string } | undefined {
  if (parameter.type === 'integer' && parameter.min > parameter.max) {
    return { field: 'min', reason: `${parameter.min} is above max ${parameter.max}` };
  }
  if (parameter.type !== 'string') return undefined;
  try {
    new RegExp(parameter.pattern, 'u');
  } catch {
    return { field: 'pattern', reason: 'is not a valid regular expression' };
  }
  const slow = findSlowPattern(parameter.pattern);
  return slow === undefined ? undefined : { field: 'pattern', reason: `the pattern ${slow}` };
}
