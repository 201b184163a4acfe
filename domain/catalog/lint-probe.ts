import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { SharedProbe } from '../../contracts/catalog/probe.ts';
import { probePath } from './catalog-paths.ts';
import { createFindings } from './findings.ts';
import { lintScriptOf } from './lint-check.ts';
import { readsParameters } from './lint-script.ts';
import type { SourceFile } from './yaml-source.ts';

/** What is wrong with one shared probe by itself. */
export function lintProbe(source: SourceFile<SharedProbe>): CatalogProblem[] {
  const probe = source.value;
  const findings = createFindings(source, probe.id);
  const path = probePath(probe.id);
  if (source.file !== path) findings.add(['id'], `probe ${probe.id} belongs in ${path}`);
  lintScriptOf(source, findings, ['script'], probe.script, probe.os);
  for (const name of readsParameters(probe.script))
    findings.add(['script'], `a shared probe has no parameters, but reads $P_${name.toUpperCase()}`);
  return findings.problems;
}
