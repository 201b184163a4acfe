import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import { checkPath, probePath, runbookPath } from './catalog-paths.ts';

const paths = { check: checkPath, runbook: runbookPath, probe: probePath };

/** Why a thing that something else names is not there: never defined, or its file was left out for `problems`. */
export function whyMissing(
  kind: 'check' | 'runbook' | 'probe',
  id: string,
  problems: readonly CatalogProblem[],
): string {
  const path = paths[kind](id);
  const cause = problems.find((problem) => problem.id === id || problem.file === path);
  return cause
    ? `${kind} ${id} was left out, see ${cause.file}:${cause.line}`
    : `${kind} ${id} does not exist`;
}
