import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { Condition } from '../../contracts/facts.ts';
import { findSlowPattern } from '../facts/find-slow-pattern.ts';
import { checkPath } from './catalog-paths.ts';
import { factUses } from './condition-facts.ts';
import { createFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import { placeholders } from './judge-check.ts';
import { lintShellScript } from './lint-script.ts';
import type { DataPath, SourceFile } from './yaml-source.ts';

/** What is wrong with one check by itself. */
export function lintCheck(source: SourceFile<CheckDefinition>): CatalogProblem[] {
  const check = source.value;
  const findings = createFindings(source, check.id);
  const path = checkPath(check.id);
  if (source.file !== path) findings.add(['id'], `check ${check.id} belongs in ${path}`);
  lintScriptOf(source, findings, ['probe', 'script'], check.probe.script, check.os);
  for (const [index, { when, message }] of check.judge.entries()) {
    lintCondition(findings, when, ['judge', index, 'when'], new Set(Object.keys(check.facts)));
    for (const name of placeholders(message)) {
      if (!Object.hasOwn(check.facts, name)) {
        findings.add(['judge', index, 'message'], `{${name}} is not a declared fact`);
      }
    }
  }
  return findings.problems;
}

/** Adds undeclared facts and slow patterns of `condition`; `declared` absent means that any fact may be named. */
export function lintCondition(
  findings: Findings,
  condition: Condition,
  at: DataPath,
  declared: ReadonlySet<string> | undefined,
): void {
  for (const use of factUses(condition, at)) {
    const { fact, regex } = use.condition;
    if (declared && !declared.has(fact))
      findings.add([...use.path, 'fact'], `${fact} is not a declared fact`);
    const slow = regex === undefined ? undefined : findSlowPattern(regex);
    if (slow !== undefined)
      findings.add([...use.path, 'regex'], `the pattern ${slow}, so a host could stall it`);
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
