import type { GuardRefusal } from '../../contracts/central-activities.ts';
import type { RunbookDefinition, Touches } from '../../contracts/catalog/runbook.ts';
import { risks } from '../../contracts/catalog/runbook.ts';
import type { CheckStatus } from '../../contracts/observation.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { statusMismatch } from '../rules/status-mismatch.ts';
import { blastRadiusWait, type GuardWait } from './blast-radius.ts';
import { hostsFailedLately } from './circuit-breaker.ts';
import type { GuardFacts } from './guard-facts.ts';
import { maintenance } from './maintenance.ts';

/** A run that is asked for; its proposal has passed `judgeProposal`. */
export interface GuardQuestion {
  policy: SitePolicy;
  runbook: RunbookDefinition;
  orderId: string;
  host: string;
  /** What the check said when it was last seen. */
  status: CheckStatus;
  /** People who approved exactly this. */
  approvals: number;
  facts: GuardFacts;
  /** What another runbook of the catalogue may change; undefined where it is no longer there. */
  touchesOf: (runbook: string) => Touches | undefined;
  nowMs: number;
}

export type GuardDecision =
  | {
      kind: 'granted';
      /** Nothing may be changed: print what would run. */
      dryRun: boolean;
      /** What the story shall say of the grant. */
      notes: string[];
      /** The maintenance window is shut then; nothing may start later. */
      startBeforeMs?: number;
    }
  | GuardWait
  | { kind: 'refused'; code: GuardRefusal; reason: string };

/**
 * Whether a run may start now (A4, A5, H8), in the order: status, risk, circuit breaker, maintenance window, blast
 * radius. People's approval passes the risk ceiling and the circuit breaker, never the status, the window or the blast
 * radius. A dry run waits for neither window nor radius, because it changes nothing; it is refused like any other.
 * An order that holds its slot already (a retry) keeps it, but starts in the maintenance window or not at all.
 */
export function decideGuard(question: GuardQuestion): GuardDecision {
  const { policy, runbook, facts, nowMs } = question;
  const refusal = statusRefusal(question) ?? riskRefusal(question);
  if (refusal !== undefined) return refusal;

  const dryRun = policy.dryRun || policy.runbooks[runbook.id]?.dryRun === true;
  const notes: string[] = [];
  const failedHosts = hostsFailedLately(facts.recentRuns, runbook.id, policy.circuitBreaker, nowMs);
  if (failedHosts.length >= policy.circuitBreaker.hosts && !facts.alreadyClaimed) {
    const opened = `runbook ${runbook.id} failed on ${failedHosts.join(', ')} lately, so its circuit breaker is open`;
    if (question.approvals === 0) return { kind: 'refused', code: 'circuit_open', reason: opened };
    notes.push(`${opened}; a person's approval passed it`);
  }
  if (dryRun) return { kind: 'granted', dryRun, notes };

  const window = maintenance(policy, runbook, nowMs);
  if (window.kind === 'shut') return { kind: 'wait', retryAtMs: window.retryAtMs, reason: window.reason };
  const wait = facts.alreadyClaimed ? undefined : blastRadiusWait(question);
  const { closesAtMs } = window;
  return (
    wait ?? {
      kind: 'granted',
      dryRun,
      notes,
      ...(closesAtMs === undefined ? {} : { startBeforeMs: closesAtMs }),
    }
  );
}

/** How many people must approve a runbook that a person is asked about. */
export function approvalsNeededFor(runbook: Pick<RunbookDefinition, 'risk'>): 1 | 2 {
  return runbook.risk === 'high' ? 2 : 1;
}

function statusRefusal({ status, runbook }: GuardQuestion): GuardDecision | undefined {
  const mismatch = statusMismatch(status, runbook);
  return mismatch === undefined ? undefined : { kind: 'refused', ...mismatch };
}

function riskRefusal({ policy, runbook, approvals }: GuardQuestion): GuardDecision | undefined {
  const isAboveCeiling = risks.indexOf(runbook.risk) > risks.indexOf(policy.riskCeiling);
  const needed = isAboveCeiling ? approvalsNeededFor(runbook) : 0;
  if (approvals >= needed) return undefined;
  const people = needed === 1 ? 'a person' : `${needed} people`;
  return {
    kind: 'refused',
    code: 'risk_above_ceiling',
    reason: `runbook ${runbook.id} has ${runbook.risk} risk and needs the approval of ${people}; ${approvals} approved`,
  };
}
