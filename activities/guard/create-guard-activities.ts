import { ApplicationFailure } from '@temporalio/common';
import type { GuardActivities, GuardInput, GuardVerdict } from '../../contracts/central-activities.ts';
import type { CatalogRunbook } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { incidentWorkflowId } from '../../contracts/ids.ts';
import { approvalsNeededFor, decideGuard, type GuardDecision } from '../../domain/guard/decide-guard.ts';
import { completeParameters, judgeProposal } from '../../domain/guard/judge-proposal.ts';
import { buildOrder, slotLeaseMs } from './build-order.ts';
import type { GuardDependencies, SlotRequest } from './ports.ts';

/**
 * The guard (A4, A5, A10, H8): nothing changes a host but by an order signed here, and none is signed that the pure
 * decisions of `domain/guard` do not grant.
 *
 * `passGuard` is idempotent by `orderId`: a retry keeps its slot and gets an order that says the same, with another
 * nonce; the appliance journals by order id, so only one of them ever runs. `signRollback` fails for good with type
 * `runbook_unknown` or `parameters_invalid` where the catalogue or policy no longer has what was run.
 */
export function createGuardActivities(dependencies: GuardDependencies): GuardActivities {
  const { catalog, policies, slots, signer, random } = dependencies;
  return {
    passGuard: (input) => passGuard(dependencies, input),

    settleRun: ({ orderId, site, result, at }) => slots.settle(orderId, site, result, at),

    async signRollback({ orderId, undoes, key, proposal, at }) {
      const known = catalog();
      const runbook = known.runbooks.get(proposal.runbook);
      if (runbook === undefined) {
        throw cannotRollBack('runbook_unknown', `runbook ${proposal.runbook} is not in the catalogue`);
      }
      const policy = await policies.policyOf(key.site);
      const completed = completeParameters(known, policy, key.check, proposal, runbook);
      if (!completed.ok) throw cannotRollBack('parameters_invalid', completed.reason);
      const issuedAtMs = notBefore(at, dependencies);
      const parameters = completed.values;
      const order = { orderId, key, action: 'rollback', undoes, runbook, parameters, issuedAtMs } as const;
      return { order: signer.sign(buildOrder(order, random)) };
    },

    async checkProposal({ key, proposal }) {
      const policy = await policies.policyOf(key.site);
      const judged = judgeProposal(catalog(), policy, key.check, proposal);
      if (!judged.ok) return judged;
      const { risk } = judged.runbook.definition;
      return {
        ok: true,
        proposal: { ...proposal, parameters: judged.parameters },
        risk,
        approvalsNeeded: approvalsNeededFor({ risk }),
      };
    },
  };
}

async function passGuard(dependencies: GuardDependencies, input: GuardInput): Promise<GuardVerdict> {
  const { key, proposal } = input;
  const catalog = dependencies.catalog();
  const policy = await dependencies.policies.policyOf(key.site);
  const judged = judgeProposal(catalog, policy, key.check, proposal);
  if (!judged.ok) {
    const risk = catalog.runbooks.get(proposal.runbook)?.definition.risk;
    const { code, reason } = judged;
    return { kind: 'refused', code, reason, ...(risk === undefined ? {} : { risk }) };
  }
  const nowMs = notBefore(input.at, dependencies);
  const { decision } = await dependencies.slots.claim(slotRequest(input, judged.runbook, nowMs), (facts) => {
    const decided = decideGuard({
      policy,
      runbook: judged.runbook.definition,
      orderId: input.orderId,
      host: key.host,
      status: input.status,
      approvals: input.approvals,
      facts,
      touchesOf: (id) => catalog.runbooks.get(id)?.definition.touches,
      nowMs,
    });
    return { granted: decided.kind === 'granted', decision: decided };
  });
  return verdictOf(dependencies, input, decision, { ...judged, nowMs });
}

function verdictOf(
  { signer, random }: GuardDependencies,
  { orderId, key }: GuardInput,
  decision: GuardDecision,
  { runbook, parameters, nowMs }: { runbook: CatalogRunbook; parameters: ParameterValues; nowMs: number },
): GuardVerdict {
  const { definition, digest } = runbook;
  if (decision.kind === 'refused') return { ...decision, risk: definition.risk };
  if (decision.kind === 'wait') {
    const { retryAtMs, ...wait } = decision;
    return { ...wait, retryAt: new Date(retryAtMs).toISOString() };
  }
  const { dryRun, notes, startBeforeMs } = decision;
  const action = dryRun ? 'dry_run' : 'execute';
  const order = { orderId, key, action, runbook, parameters, issuedAtMs: nowMs, startBeforeMs } as const;
  return {
    kind: 'granted',
    order: signer.sign(buildOrder(order, random)),
    runbookDigest: digest,
    risk: definition.risk,
    dryRun,
    timeoutMs: definition.timeoutMs,
    idempotent: definition.idempotent,
    hasRollback: definition.rollback !== undefined,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function slotRequest(input: GuardInput, { definition }: CatalogRunbook, nowMs: number): SlotRequest {
  const { orderId, key, proposal } = input;
  return {
    orderId,
    ...key,
    incident: incidentWorkflowId(key),
    runbook: definition.id,
    ...(proposal.tier === 'L1' ? { rule: proposal.by } : {}),
    leaseUntil: new Date(nowMs + slotLeaseMs(definition)).toISOString(),
    at: new Date(nowMs).toISOString(),
  };
}

/** The time to judge by: an activity may be carried out long after it was asked for, and clocks may differ. */
function notBefore(at: string, { nowMs }: GuardDependencies): number {
  return Math.max(Date.parse(at), nowMs());
}

function cannotRollBack(type: 'runbook_unknown' | 'parameters_invalid', reason: string): ApplicationFailure {
  const message = `The rollback cannot be ordered: ${reason}. Restore the host by hand from the captured state.`;
  return ApplicationFailure.nonRetryable(message, type);
}
