import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import { runbookFamily, runbookPath } from './catalog-paths.ts';
import { createFindings } from './findings.ts';
import { lintScriptOf } from './lint-check.ts';
import { lintParameters } from './lint-parameters.ts';
import { readsParameters } from './lint-script.ts';
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

  for (const id of [runbook.verify.check, ...runbook.verify.also]) {
    const check = checks.get(id);
    if (!check) {
      const at = id === runbook.verify.check ? 'check' : 'also';
      findings.add(['verify', at], whyMissing('check', id, earlier));
      continue;
    }
    const apart = runbook.os.filter((os) => !check.os.includes(os));
    if (apart.length > 0) findings.add(['os'], `check ${check.id} is not for ${apart.join(', ')}`);
  }
  const scripts: string[] = [];
  for (const step of ['capture', 'remediate', 'rollback'] as const) {
    const script = runbook[step];
    if (script === undefined) continue;
    scripts.push(script);
    lintScriptOf(source, findings, [step], script, runbook.os);
  }
  const used = runbook.os.includes('linux')
    ? readsParameters(scripts.join('\n'))
    : new Set(Object.keys(runbook.parameters));
  lintParameters(runbook, { used, by: 'a script' }, findings);
  return findings.problems;
}
