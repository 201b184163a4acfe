import type { Catalog, CatalogRunbook } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { isRunnable } from '../../contracts/catalog/runbook.ts';
import type { Proposal } from '../../contracts/plan.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { resolveParameters } from '../catalog/parameters.ts';
import { verifies } from '../catalog/verifies.ts';
import { baselineParameters } from './baseline-parameters.ts';

/** Whether a proposal names something that exists, may run at the site and suits the check. */
export type ProposalJudgement =
  | { ok: true; runbook: CatalogRunbook; parameters: ParameterValues }
  | {
      ok: false;
      code: 'runbook_unknown' | 'runbook_not_enabled' | 'parameters_invalid';
      reason: string;
    };

/**
 * Judges a proposal for a check by catalogue and policy alone, as if an adversary had written it. Parameters come back
 * complete: runbook defaults, overlaid by the baseline's, the site's and the proposal's, in this order.
 *
 * What a model proposes (L2) must be a runbook that verifies this very check: the model read facts which whoever owns
 * the host may have written. Rules and people may choose another runbook of the check's operating system.
 */
export function judgeProposal(
  catalog: Catalog,
  policy: Pick<SitePolicy, 'runbooks'>,
  check: string,
  proposal: Proposal,
): ProposalJudgement {
  const runbook = catalog.runbooks.get(proposal.runbook);
  if (runbook === undefined) {
    return refused('runbook_unknown', `runbook ${proposal.runbook} is not in the catalogue`);
  }
  if (policy.runbooks[proposal.runbook]?.enabled === false) {
    return refused('runbook_not_enabled', `runbook ${proposal.runbook} is disabled at this site`);
  }
  if (!isRunnable(runbook.definition)) {
    const reason = `runbook ${proposal.runbook} is guidance for people: do what it says, then resolve the incident`;
    return refused('runbook_not_enabled', reason);
  }
  const unsuited = unsuitedFor(catalog, runbook, check, proposal);
  if (unsuited !== undefined) return refused('runbook_not_enabled', unsuited);
  const completed = completeParameters(catalog, policy, check, proposal, runbook);
  return completed.ok
    ? { ok: true, runbook, parameters: completed.values }
    : refused('parameters_invalid', completed.reason);
}

/** All parameters of the proposal's runbook, as `judgeProposal` completes them, or why they are not acceptable. */
export function completeParameters(
  catalog: Catalog,
  policy: Pick<SitePolicy, 'runbooks'>,
  check: string,
  proposal: Proposal,
  { definition }: CatalogRunbook,
): { ok: true; values: ParameterValues } | { ok: false; reason: string } {
  const resolved = resolveParameters(
    definition,
    baselineParameters(catalog, check, definition.id),
    policy.runbooks[definition.id]?.parameters,
    proposal.parameters,
  );
  if (resolved.ok) return resolved;
  const problems = resolved.problems.map(({ parameter, reason }) => `${parameter}: ${reason}`);
  return { ok: false, reason: `parameters of ${definition.id}: ${problems.join('; ')}` };
}

function unsuitedFor(
  catalog: Catalog,
  { definition }: CatalogRunbook,
  check: string,
  proposal: Proposal,
): string | undefined {
  const checkOs = catalog.checks.get(check)?.os;
  if (checkOs !== undefined && !definition.os.some((os) => checkOs.includes(os))) {
    return `runbook ${definition.id} is for ${definition.os.join(', ')}, check ${check} for ${checkOs.join(', ')}`;
  }
  const isForCheck = verifies(definition, check) || definition.repairsChecking;
  return proposal.tier === 'L2' && !isForCheck
    ? `runbook ${definition.id} verifies ${definition.verify.check} and not ${check}; a person may approve it`
    : undefined;
}

function refused(
  code: (ProposalJudgement & { ok: false })['code'],
  reason: string,
): ProposalJudgement & { ok: false } {
  return { ok: false, code, reason };
}
