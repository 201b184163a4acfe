import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import { checkPath, runbookPath } from './catalog-paths.ts';

/** Why a thing that something else names is not there: never defined, or its file was left out for `problems`. */
export function whyMissing(
  kind: 'check' | 'runbook',
  id: string,
  problems: readonly CatalogProblem[],
): string {
  const path = kind === 'check' ? checkPath(id) : runbookPath(id);
  const cause = problems.find((problem) => problem.id === id || problem.file === path);
  return cause
    ? `${kind} ${id} was left out, see ${cause.file}:${cause.line}`
    : `${kind} ${id} does not exist`;
}
