import type { Baseline } from '../../contracts/catalog/baseline.ts';
import type { Catalog, CatalogProblem } from '../../contracts/catalog/catalog.ts';
import { baselinePath } from './catalog-paths.ts';
import { createFindings } from './findings.ts';
import { resolveParameters } from './parameters.ts';
import { whyMissing } from './why-missing.ts';
import type { SourceFile } from './yaml-source.ts';

/**
 * What is wrong with a baseline. It stays usable all the same: to leave it out, or the check it names, would turn one
 * broken file into a host that silently is not watched. A scan reports the missing check as an error, and the guard
 * refuses parameters that are not valid.
 */
export function lintBaseline(
  source: SourceFile<Baseline>,
  usable: Pick<Catalog, 'checks' | 'runbooks'>,
  earlier: readonly CatalogProblem[],
): CatalogProblem[] {
  const baseline = source.value;
  const findings = createFindings(source, baseline.id);
  const path = baselinePath(baseline.id);
  if (source.file !== path) findings.add(['id'], `baseline ${baseline.id} belongs in ${path}`);
  for (const [index, id] of baseline.checks.entries()) {
    const check = usable.checks.get(id);
    const at = ['checks', index];
    if (!check) findings.add(at, whyMissing('check', id, earlier));
    else if (!check.os.includes(baseline.os)) findings.add(at, `check ${id} is not for ${baseline.os}`);
    if (baseline.checks.indexOf(id) !== index) findings.add(at, `check ${id} is named twice`);
  }
  for (const [id, values] of Object.entries(baseline.parameters)) {
    const runbook = usable.runbooks.get(id);
    if (!runbook) {
      findings.add(['parameters', id], whyMissing('runbook', id, earlier));
      continue;
    }
    const resolved = resolveParameters(runbook.definition, values);
    if (resolved.ok) continue;
    for (const { parameter, reason } of resolved.problems)
      findings.add(['parameters', id, parameter], reason);
  }
  for (const [id, values] of Object.entries(baseline.checkParameters)) {
    const check = usable.checks.get(id);
    if (!check) {
      findings.add(['checkParameters', id], whyMissing('check', id, earlier));
      continue;
    }
    const resolved = resolveParameters(check, values);
    if (resolved.ok) continue;
    for (const { parameter, reason } of resolved.problems)
      findings.add(['checkParameters', id, parameter], reason);
  }
  return findings.problems;
}
