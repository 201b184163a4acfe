import type { Baseline } from '../../contracts/catalog/baseline.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { CheckOverride } from '../../contracts/site-policy.ts';
import { resolveParameters } from '../catalog/parameters.ts';

/** What somebody proposes to change; what is not named stays. */
export interface SettingsProposal {
  /** Overrides that replace the site's of those checks. */
  checks: Readonly<Record<string, CheckOverride>>;
  /** Replaces the catalogue's baseline of that id. */
  baseline?: Baseline;
}

/** One reason why a proposal cannot be taken. */
export interface ProposalProblem {
  code: 'check_unknown' | 'baseline_unknown' | 'parameters_invalid';
  /** Member names from the proposal's root. */
  path: string[];
  reason: string;
}

/** Every reason why the proposal cannot be taken; none where it can. */
export function refuseProposal(
  { checks, baselines }: Pick<Catalog, 'checks' | 'baselines'>,
  proposal: SettingsProposal,
): ProposalProblem[] {
  const problems: ProposalProblem[] = [];
  const takeParameters = (path: string[], id: string, parameters: ParameterValues) => {
    const check = checks.get(id);
    if (!check) {
      problems.push({ code: 'check_unknown', path, reason: `The catalogue has no check ${id}` });
      return;
    }
    const resolved = resolveParameters(check, parameters);
    if (resolved.ok) return;
    for (const { parameter, reason } of resolved.problems)
      problems.push({ code: 'parameters_invalid', path: [...path, 'parameters', parameter], reason });
  };
  for (const [id, { parameters }] of Object.entries(proposal.checks))
    takeParameters(['checks', id], id, parameters);
  const { baseline } = proposal;
  if (!baseline) return problems;
  if (!baselines.has(baseline.id))
    problems.push({
      code: 'baseline_unknown',
      path: ['baseline', 'id'],
      reason: `No host is held to a baseline ${baseline.id}`,
    });
  for (const [index, id] of baseline.checks.entries())
    if (!checks.has(id))
      problems.push({
        code: 'check_unknown',
        path: ['baseline', 'checks', String(index)],
        reason: `The catalogue has no check ${id}`,
      });
  for (const [id, parameters] of Object.entries(baseline.checkParameters))
    takeParameters(['baseline', 'checkParameters', id], id, parameters);
  return problems;
}
