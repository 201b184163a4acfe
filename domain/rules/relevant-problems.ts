import type { Catalog, CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { MatchTraceEntry } from '../../contracts/plan.ts';
import { coversCheck } from './covers-check.ts';

/**
 * Catalogue files that were left out and bear on a check's triage: the check's own, a runbook that a rule for the check
 * names, and, where no rule matched, every broken rule file, for the rule might have been in it.
 */
export function relevantProblems(
  catalog: Catalog,
  check: string,
  trace: readonly MatchTraceEntry[],
): CatalogProblem[] {
  const hasMatch = trace.some(({ matched }) => matched);
  const wantedRunbooks = new Set(
    catalog.rules.filter((rule) => coversCheck(rule.match.check, check)).map(({ runbook }) => runbook),
  );
  return catalog.problems.filter(
    ({ id, file }) =>
      (id !== undefined && (id === check || wantedRunbooks.has(id))) ||
      (!hasMatch && file.startsWith('rules/')),
  );
}
