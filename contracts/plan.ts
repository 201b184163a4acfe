import { z } from 'zod';
import { parameterValuesSchema } from './catalog/parameter.ts';
import { runbookIdSchema } from './ids.ts';

/** Why each rule did or did not match, in the order they were tried. */
export interface MatchTraceEntry {
  rule: string;
  matched: boolean;
  /** One sentence, as `check linux.ssh.root_login is not linux.time.sync`. */
  reason: string;
}

/** What shall be run, whoever proposed it. Checked by the guard as if an adversary had written it. */
export const proposalSchema = z.strictObject({
  tier: z.enum(['L1', 'L2', 'L3']),
  runbook: runbookIdSchema,
  parameters: parameterValuesSchema,
  /** Rule id, model name or person's name. */
  by: z.string().max(200),
  reason: z.string().max(4_000),
});
export type Proposal = z.output<typeof proposalSchema>;

/** What the planner was asked, what it answered and what it cost; goes into the evidence. */
export interface PlannerRecord {
  provider: 'anthropic' | 'local';
  model: string;
  /** The exact system and user text sent; PHI-scrubbed. */
  prompt: string;
  /** The raw answer, capped at 16 KiB; one entry a call. */
  answers: string[];
  inputTokens: number;
  outputTokens: number;
  /** US dollars. */
  cost: number;
}

/** Why the model's tier did not settle an incident. */
export const plannerEscalations = [
  'no_key',
  'disabled',
  'over_budget',
  'unsure',
  'risk_above_ceiling',
  'malformed',
  'model_escalated',
  'runbook_not_allowed',
  'unavailable',
] as const;

export type PlanResult =
  | {
      kind: 'propose';
      proposal: Proposal;
      confidence: number;
      record: PlannerRecord;
    }
  | {
      kind: 'escalate';
      why: (typeof plannerEscalations)[number];
      reason: string;
      confidence?: number;
      record?: PlannerRecord;
    };
