import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ProbeError } from '../../contracts/observation.ts';

/** A check of the catalogue, or why there is none. */
export type FoundCheck = { ok: true; check: CheckDefinition } | { ok: false; problem: ProbeError };

/** Finds a check, and tells a check that nobody wrote from one whose file is broken. */
export function findCheck(catalog: Catalog, id: string): FoundCheck {
  const check = catalog.checks.get(id);
  if (check !== undefined) return { ok: true, check };
  const broken = problemsOf(catalog, id);
  return { ok: false, problem: broken ?? { ...unknownCheck, message: `the catalogue has no check ${id}` } };
}

/** The problem for a baseline that cannot be used. */
export function baselineProblem(catalog: Catalog, baseline: string): ProbeError {
  return (
    problemsOf(catalog, baseline) ?? {
      code: 'catalog_invalid',
      message: `the catalogue has no baseline ${baseline}`,
      nextStep: 'Name an existing baseline for this host, or add the missing one to the catalogue.',
    }
  );
}

const unknownCheck = {
  code: 'check_unknown',
  nextStep: 'Correct the name of the check, or add it to the catalogue of this appliance.',
} as const;

function problemsOf(catalog: Catalog, id: string): ProbeError | undefined {
  // A half-written file may be broken before its id: it is then known by its place, as checks/linux/ssh-root-login.yaml.
  const [family, ...rest] = id.split('.');
  const file =
    rest.length === 0 ? `baselines/${id}.` : `checks/${family}/${rest.join('-').replaceAll('_', '-')}.`;
  const own = catalog.problems.filter((problem) => problem.id === id || problem.file.startsWith(file));
  if (own.length === 0) return undefined;
  const list = own.map(({ file: at, line, reason }) => `${at}:${line}: ${reason}`).join('; ');
  return {
    code: 'catalog_invalid',
    message: `the catalogue's ${id} cannot be used: ${list}`.slice(0, 2_000),
    nextStep: 'Correct the named file and line, and check it with `malachor catalog lint`.',
  };
}
