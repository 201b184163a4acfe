import { z } from 'zod';
import { conditionSchema } from '../facts.ts';
import { checkIdSchema, ruleIdSchema, runbookIdSchema } from '../ids.ts';
import { severitySchema } from '../observation.ts';
import { parameterValuesSchema } from './parameter.ts';

/** Days and hours in the site's time zone. `from` after `to` spans midnight. */
export const timeWindowSchema = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  from: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
  to: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
});
export type TimeWindow = z.output<typeof timeWindowSchema>;

/** An L1 rule: which observation leads to which runbook. */
export const ruleSchema = z.strictObject({
  id: ruleIdSchema,
  title: z.string().min(8).max(120),
  /** Lower wins. Built-in rules have 10, rules synced from central 5. */
  priority: z.number().int().min(0).max(100).default(10),
  enabled: z.boolean().default(true),
  match: z.strictObject({
    /** A check id, or a prefix ending in `.*`. */
    check: z.union([checkIdSchema, z.string().regex(/^[a-z][a-z0-9_.]*\.\*$/)]),
    /** A rule for `error` may only name a runbook that repairs the means of checking. */
    status: z
      .array(z.enum(['warning', 'fail', 'error']))
      .min(1)
      .default(['warning', 'fail', 'error']),
    os: z.array(z.string()).min(1).optional(),
    severity: z.array(severitySchema).min(1).optional(),
    facts: conditionSchema.optional(),
    timeWindow: timeWindowSchema.optional(),
  }),
  runbook: runbookIdSchema,
  parameters: parameterValuesSchema.default({}),
  /** Minutes in which the rule is not used again on the same host. */
  cooldownMinutes: z.number().int().min(0).max(10_080).default(0),
});
export type RuleDefinition = z.output<typeof ruleSchema>;
/** A rule file holds several rules in order. */
export const ruleFileSchema = z.strictObject({ rules: z.array(ruleSchema).min(1) });
