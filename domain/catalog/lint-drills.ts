import type { CatalogProblem, CatalogRunbook } from '../../contracts/catalog/catalog.ts';
import type { DrillFile } from '../../contracts/catalog/drill.ts';
import { isRunnable } from '../../contracts/catalog/runbook.ts';
import { drillPath } from './catalog-paths.ts';
import { createFindings } from './findings.ts';
import { resolveParameters } from './parameters.ts';
import { whyMissing } from './why-missing.ts';
import type { SourceFile } from './yaml-source.ts';

/** What is wrong with the drills of one runbook. */
export function lintDrills(
  source: SourceFile<DrillFile>,
  runbooks: ReadonlyMap<string, CatalogRunbook>,
  earlier: readonly CatalogProblem[],
): CatalogProblem[] {
  const { runbook: id, drills } = source.value;
  const findings = createFindings(source, id);
  const path = drillPath(id);
  if (source.file !== path) findings.add(['runbook'], `drills of ${id} belong in ${path}`);
  const runbook = runbooks.get(id)?.definition;
  if (!runbook) {
    findings.add(['runbook'], whyMissing('runbook', id, earlier));
    return findings.problems;
  }
  for (const [index, drill] of drills.entries()) {
    const at = ['drills', index];
    if (drills.findIndex(({ what }) => what === drill.what) !== index)
      findings.add([...at, 'what'], 'another drill of this runbook has the same name');
    if (!isRunnable(runbook) && drill.ends !== 'escalates')
      findings.add([...at, 'ends'], `${id} is for people: write escalates`);
    const resolved = resolveParameters(runbook, drill.parameters);
    if (resolved.ok) continue;
    for (const { parameter, reason } of resolved.problems)
      findings.add([...at, 'parameters', parameter], reason);
  }
  return findings.problems;
}
