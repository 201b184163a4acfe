import type { PlanningActivities } from '../../contracts/central-activities.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { PlannerRecord, PlanResult } from '../../contracts/plan.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { createScrubber } from '../../domain/phi/scrub.ts';
import { candidateRunbooks } from '../../domain/planning/candidates.ts';
import { decide, type PlanDecision } from '../../domain/planning/decide.ts';
import { buildPrompt, repairText, type PlannerPrompt } from '../../domain/planning/prompt.ts';
import { readAnswer } from '../../domain/planning/read-answer.ts';
import { plannerTools, type PlannerTool } from '../../domain/planning/tools.ts';
import { ask, askAgain, beginConversation, estimateTokens, type Conversation } from './ask-model.ts';
import { ModelUnavailable, type MessagesClient } from './create-messages-client.ts';
import type { PlanningPorts } from './ports.ts';

export interface PlanningOptions {
  /** Time for all questions of one plan, waits included. Keep it under the activity's start-to-close limit. */
  deadlineMs: number;
}

type Escalation = Extract<PlanResult, { kind: 'escalate' }>;

/**
 * The model's tier (A7). Whatever the model or its server does becomes a proposal of an allowed runbook or an
 * escalation; only the ports' own failures are thrown, for Temporal to try again. Tokens are checked against the
 * site's daily budget before each question and recorded after each answer, used or not. A question that got no answer
 * reports no tokens and counts none. Not idempotent: each attempt asks anew and pays anew.
 */
export function createPlanningActivities(
  ports: PlanningPorts,
  options: PlanningOptions = { deadlineMs: 90_000 },
): PlanningActivities {
  return {
    planRemediation: async ({ observation, attempts }) => {
      const policy = await ports.policies.policyOf(observation.site);
      if (!policy.planner.enabled) {
        return skipped('disabled', 'The model’s tier is switched off for this site. Decide by hand.');
      }
      if (!ports.model) {
        return skipped(
          'no_key',
          'The model’s tier was skipped: no API key is set. Decide by hand, or set ANTHROPIC_API_KEY.',
        );
      }
      const catalog = await ports.catalog();
      const candidates = candidateRunbooks(catalog, policy, observation);
      if (candidates.size === 0) {
        return skipped(
          'runbook_not_allowed',
          `No runbook is enabled here for ${observation.check} with status ${observation.status}. Decide by hand.`,
        );
      }
      const hmac = ports.hmacOf(observation.site);
      const check = catalog.checks.get(observation.check);
      const scrubber = createScrubber({ hmac });
      const prompt = buildPrompt({ observation, attempts, check, candidates, scrubber, hmac });
      const tools = plannerTools(candidates, policy);
      const signal = AbortSignal.timeout(options.deadlineMs);
      return plan({ ports, model: ports.model, observation, policy, candidates, prompt, tools, signal });
    },
  };
}

interface Planning {
  ports: PlanningPorts;
  model: MessagesClient;
  observation: Observation;
  policy: SitePolicy;
  candidates: ReadonlyMap<string, RunbookDefinition>;
  prompt: PlannerPrompt;
  tools: readonly PlannerTool[];
  signal: AbortSignal;
}

/** Asks, and once more where the answer was malformed. */
async function plan(planning: Planning): Promise<PlanResult> {
  const { model, prompt } = planning;
  const conversation = beginConversation(model, prompt);
  const first = await askWithinBudget(planning, conversation);
  if (first.kind === 'escalate') return first;
  if (first.decision.kind !== 'repair') return asResult(first.decision, conversation.record);

  askAgain(conversation, first.message, repairText(first.decision.problem));
  const second = await askWithinBudget(planning, conversation);
  if (second.kind === 'escalate') return second;
  if (second.decision.kind !== 'repair') return asResult(second.decision, conversation.record);
  return {
    kind: 'escalate',
    why: 'malformed',
    reason: `The model’s answer could not be used, nor could the second: ${second.decision.problem} Decide by hand.`,
    record: conversation.record,
  };
}

type Asked =
  | { kind: 'decided'; decision: PlanDecision; message: Awaited<ReturnType<typeof ask>>['message'] }
  | Escalation;

async function askWithinBudget(planning: Planning, conversation: Conversation): Promise<Asked> {
  const { ports, model, observation, policy, candidates, prompt, tools, signal } = planning;
  const { site } = observation;
  const record = conversation.record.answers.length > 0 ? { record: conversation.record } : {};
  const spent = await ports.budget.tokensSpent(site, utcDay(ports.clock()));
  if (spent + estimateTokens(conversation, prompt, tools) > policy.planner.dailyTokens) {
    return {
      kind: 'escalate',
      why: 'over_budget',
      reason: `Today’s planning budget of the site is used up (${spent} of ${policy.planner.dailyTokens} tokens). Decide by hand, or raise planner.dailyTokens.`,
      ...record,
    };
  }
  let asked: Awaited<ReturnType<typeof ask>>;
  try {
    asked = await ask(model, conversation, prompt, tools, signal);
  } catch (error) {
    if (!(error instanceof ModelUnavailable)) throw error;
    return { kind: 'escalate', why: 'unavailable', reason: error.message, record: conversation.record };
  }
  const answeredAt = ports.clock();
  await ports.budget.add(site, utcDay(answeredAt), asked.usage, answeredAt.toISOString());
  const answer = readAnswer(asked.answer);
  const decision = decide({ answer, candidates, policy, model: conversation.record.model });
  return { kind: 'decided', decision, message: asked.message };
}

function asResult(decision: Exclude<PlanDecision, { kind: 'repair' }>, record: PlannerRecord): PlanResult {
  return { ...decision, record };
}

function skipped(why: Escalation['why'], reason: string): Escalation {
  return { kind: 'escalate', why, reason };
}

function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}
