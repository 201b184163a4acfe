import type { Risk, RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import { risks } from '../../contracts/catalog/runbook.ts';
import type { plannerEscalations, Proposal } from '../../contracts/plan.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { resolveParameters } from '../catalog/parameters.ts';
import type { ReadAnswer } from './read-answer.ts';

/** What follows from an answer. `repair` is worth one more question; asked twice it is an escalation. */
export type PlanDecision =
  | { kind: 'propose'; proposal: Proposal; confidence: number }
  | {
      kind: 'escalate';
      why: (typeof plannerEscalations)[number];
      /** One or two sentences for the person who gets the ticket. */
      reason: string;
      confidence?: number;
    }
  | { kind: 'repair'; problem: string };

export interface DecideInput {
  answer: ReadAnswer;
  /** The allow-list; what is not in it is never proposed. */
  candidates: ReadonlyMap<string, RunbookDefinition>;
  policy: Pick<SitePolicy, 'planner' | 'riskCeiling'>;
  /** Model name, for the record. */
  model: string;
}

/**
 * Decides what follows from the model's answer, as if an adversary had written it: a proposal only for a runbook of
 * the allow-list with valid parameters, at or above the site's confidence, at or below its risk ceiling.
 */
export function decide({ answer, candidates, policy, model }: DecideInput): PlanDecision {
  if (answer.kind === 'malformed') return { kind: 'repair', problem: answer.problem };
  if (answer.kind === 'declined') {
    return escalate('model_escalated', 'The model declined to answer. Decide what to run by hand.');
  }
  const { tool, input } = answer.call;
  const { confidence } = input;
  const said = asSentence(input.reason);
  if (tool === 'escalate')
    return escalate('model_escalated', `The model asks for a person: ${said}`, confidence);

  const runbook = candidates.get(input.runbook);
  if (!runbook) {
    return escalate(
      'runbook_not_allowed',
      'The model named a runbook that is not enabled here for this check. Treat what the host reported with suspicion and decide by hand.',
      confidence,
    );
  }
  const parameters = resolveParameters(runbook, input.parameters);
  if (!parameters.ok) return { kind: 'repair', problem: `the parameters do not fit ${runbook.id}.` };
  if (isAbove(runbook.risk, policy.riskCeiling)) {
    return escalate(
      'risk_above_ceiling',
      `The model would run ${runbook.id}, whose risk is ${runbook.risk} and the site allows ${policy.riskCeiling} without a person: ${said}`,
      confidence,
    );
  }
  if (confidence < policy.planner.minConfidence) {
    return escalate(
      'unsure',
      `The model would run ${runbook.id} but is only ${confidence.toFixed(2)} sure (${policy.planner.minConfidence.toFixed(2)} is needed): ${said}`,
      confidence,
    );
  }
  return {
    kind: 'propose',
    // Only what the model chose: defaults and the site's own values are filled in by the guard, in its order.
    proposal: {
      tier: 'L2',
      runbook: runbook.id,
      parameters: input.parameters,
      by: model.slice(0, 200),
      reason: said,
    },
    confidence,
  };
}

function escalate(
  why: (typeof plannerEscalations)[number],
  reason: string,
  confidence?: number,
): PlanDecision {
  return { kind: 'escalate', why, reason, ...(confidence === undefined ? {} : { confidence }) };
}

function isAbove(risk: Risk, ceiling: Risk): boolean {
  return risks.indexOf(risk) > risks.indexOf(ceiling);
}

/** The model's words as one line of bounded length without control characters. */
function asSentence(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 2_000);
}
