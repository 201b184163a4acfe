import { z } from 'zod';
import { checkIdSchema, runbookIdSchema } from '../ids.ts';
import { parameterValuesSchema } from './parameter.ts';

/** Which checks a kind of host is held to, and with which parameters; one file in `catalog/baselines/`. */
export const baselineSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{2,62}$/),
  title: z.string().min(8).max(120),
  os: z.enum(['linux', 'windows']),
  checks: z.array(checkIdSchema).min(1),
  /** Parameters of runbooks. */
  parameters: z.record(runbookIdSchema, parameterValuesSchema).default({}),
  /** Parameters of checks. */
  checkParameters: z.record(checkIdSchema, parameterValuesSchema).default({}),
});
export type Baseline = z.output<typeof baselineSchema>;
