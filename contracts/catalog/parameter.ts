import { z } from 'zod';

const parameterBase = { description: z.string().min(5).max(300) };

/** A typed, bounded parameter of a check or a runbook. Every value that anybody gives is checked against it. */
export const parameterSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    ...parameterBase,
    pattern: z.string().max(300),
    maxLength: z.number().int().min(1).max(4_096).default(256),
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
export type Parameter = z.output<typeof parameterSchema>;

/** Parameters by name. */
export const parametersSchema = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), parameterSchema);

/** Values of parameters by name. */
export const parameterValuesSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
  z.union([z.string().max(4_096), z.number().int(), z.boolean()]),
);
export type ParameterValues = z.output<typeof parameterValuesSchema>;
