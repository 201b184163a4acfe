import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition, CheckFile } from '../../contracts/catalog/check.ts';
import type { Condition } from '../../contracts/facts.ts';
import { boundOperators, isParameter } from '../facts/bind-parameters.ts';
import { findSlowPattern } from '../facts/find-slow-pattern.ts';
import { checkPath } from './catalog-paths.ts';
import { factUses } from './condition-facts.ts';
import { createFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import { placeholders } from './judge-check.ts';
import { lintParameters } from './lint-parameters.ts';
import { lintShellScript, readsParameters } from './lint-script.ts';
import type { DataPath, SourceFile } from './yaml-source.ts';

/** What is wrong with one check, its shared probe put in. */
export function lintCheck(source: SourceFile<CheckFile>, check: CheckDefinition): CatalogProblem[] {
  const findings = createFindings(source, check.id);
  const path = checkPath(check.id);
  if (source.file !== path) findings.add(['id'], `check ${check.id} belongs in ${path}`);
  const isOwnProbe = check.sharedProbe === undefined;
  if (isOwnProbe && check.probe.kind === 'script')
    lintScriptOf(source, findings, ['probe', 'script'], check.probe.script, check.os);
  if (!isOwnProbe && check.analysis === undefined && Object.keys(source.value.facts).length > 0)
    findings.add(['facts'], `the facts of ${check.sharedProbe ?? ''} are declared with it; add none here`);
  const names = {
    facts: new Set(Object.keys(check.facts)),
    parameters: new Set(Object.keys(check.parameters)),
  };
  for (const [index, { when, message }] of check.judge.entries()) {
    lintCondition(findings, when, ['judge', index, 'when'], names);
    for (const name of placeholders(message)) {
      if (!names.facts.has(name) && !names.parameters.has(name))
        findings.add(['judge', index, 'message'], `{${name}} is not a declared fact or parameter`);
    }
  }
  lintParameters(check, usesOf(check), findings);
  return findings.problems;
}

/** Parameters that the probe, the judge's cases or messages use; an analysis or a collector may use any. */
function usesOf(check: CheckDefinition): { used: Set<string>; by: string } {
  const { probe, judge } = check;
  if (check.analysis !== undefined || probe.kind === 'collector')
    return { used: new Set(Object.keys(check.parameters)), by: 'the analysis' };
  const operands = judge
    .flatMap(({ when }) => factUses(when, []))
    .flatMap(({ condition }) => boundOperators.map((operator) => condition[operator]))
    .filter(isParameter)
    .map(({ parameter }) => parameter);
  return { used: new Set([...readsParameters(probe.script), ...operands]), by: 'the probe or the judge' };
}

/** Names that a condition may use; absent `facts` means that any fact may be named. */
export interface DeclaredNames {
  facts?: ReadonlySet<string>;
  parameters?: ReadonlySet<string>;
}

/** Adds undeclared facts and parameters and slow patterns of `condition`. */
export function lintCondition(
  findings: Findings,
  condition: Condition,
  at: DataPath,
  { facts, parameters = new Set() }: DeclaredNames,
): void {
  for (const use of factUses(condition, at)) {
    const { fact, regex } = use.condition;
    if (facts && !facts.has(fact)) findings.add([...use.path, 'fact'], `${fact} is not a declared fact`);
    const slow = regex === undefined ? undefined : findSlowPattern(regex);
    if (slow !== undefined)
      findings.add([...use.path, 'regex'], `the pattern ${slow}, so a host could stall it`);
    for (const operator of boundOperators) {
      const operand = use.condition[operator];
      if (isParameter(operand) && !parameters.has(operand.parameter))
        findings.add([...use.path, operator], `${operand.parameter} is not a declared parameter`);
    }
  }
}

/** Adds what would not run in a POSIX shell, at the script's own lines. PowerShell is not looked at. */
export function lintScriptOf(
  source: SourceFile<unknown>,
  findings: Findings,
  path: DataPath,
  script: string,
  os: readonly string[],
): void {
  if (!os.includes('linux')) return;
  const first = source.textLineOf(path);
  for (const { line, reason } of lintShellScript(script)) findings.addAtLine(first + line, path, reason);
}
