import { z } from 'zod';
import { controlsSchema } from '../controls.ts';
import { checkIdSchema, runbookIdSchema } from '../ids.ts';

export const risks = ['low', 'medium', 'high'] as const;
export const riskSchema = z.enum(risks);
/** What can go wrong when it runs. `high` is never run without two people's approval. */
export type Risk = z.output<typeof riskSchema>;

const parameterBase = { description: z.string().min(5).max(300) };

/** A typed, bounded parameter. Every value a rule, model or person gives is checked against it. */
export const runbookParameterSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    ...parameterBase,
    pattern: z.string().max(300),
    maxLength: z.number().int().min(1).max(1_024).default(256),
    default: z.string(),
  }),
  z.strictObject({
    type: z.literal('integer'),
    ...parameterBase,
    min: z.number().int(),
    max: z.number().int(),
    default: z.number().int(),
  }),
  z.strictObject({ type: z.literal('boolean'), ...parameterBase, default: z.boolean() }),
  z.strictObject({
    type: z.literal('enum'),
    ...parameterBase,
    values: z.array(z.string()).min(1),
    default: z.string(),
  }),
]);
export type RunbookParameter = z.output<typeof runbookParameterSchema>;

/** Values of parameters by name. */
export const parameterValuesSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
  z.union([z.string().max(1_024), z.number().int(), z.boolean()]),
);
export type ParameterValues = z.output<typeof parameterValuesSchema>;

const scriptSchema = z.string().min(1).max(32_768);

/**
 * A way to bring one property back; one YAML file in `catalog/runbooks/`. All scripts are POSIX shell run through
 * `sudo -n`, with parameters as environment variables named `P_` and the parameter in upper case, and
 * `MALACHOR_ORDER` set to the order's id.
 */
export const runbookSchema = z.strictObject({
  id: runbookIdSchema,
  title: z.string().min(8).max(120),
  description: z.string().min(20).max(2_000),
  os: z.array(z.enum(['linux', 'windows'])).min(1),
  /** Whether it repairs the means of checking, so that a rule for status `error` may name it. */
  repairsChecking: z.boolean().default(false),
  risk: riskSchema,
  disruption: z.enum(['none', 'service_restart', 'reboot']),
  /** Whether running it a second time after an unknown outcome is safe. */
  idempotent: z.boolean(),
  /** Limit of each of its scripts. */
  timeoutMs: z.number().int().min(1_000).max(3_600_000),
  parameters: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), runbookParameterSchema).default({}),
  /** Prints the state about to change; kept as evidence and handed to `rollback` on standard input. No secrets. */
  capture: scriptSchema,
  remediate: scriptSchema,
  /** The check that must pass afterwards. */
  verify: z.strictObject({ check: checkIdSchema }),
  /** Restores what `capture` printed (read from standard input). Absent where nothing can be restored. */
  rollback: scriptSchema.optional(),
  controls: controlsSchema,
});
export type RunbookDefinition = z.output<typeof runbookSchema>;
