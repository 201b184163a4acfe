import { z } from 'zod';
import { controlsSchema } from '../controls.ts';
import { conditionSchema } from '../facts.ts';
import { checkIdSchema } from '../ids.ts';
import { checkStatusSchema, severitySchema } from '../observation.ts';

/** How the value of one fact is read from the probe's `name=value` lines. */
export const factReaderSchema = z.strictObject({
  /** `lines` gathers every line of that name into a list; the others read the last one. */
  type: z.enum(['string', 'integer', 'number', 'boolean', 'lines']),
  /** Whether the fact may be absent. A required fact that is missing makes the result `unknown`. */
  required: z.boolean().default(true),
  description: z.string().max(300).optional(),
});

/** A named test of one property of a host; one YAML file in `catalog/checks/`. */
export const checkSchema = z.strictObject({
  id: checkIdSchema,
  title: z.string().min(8).max(120),
  description: z.string().min(20).max(2_000),
  os: z.array(z.enum(['linux', 'windows'])).min(1),
  severity: severitySchema,
  /** Where the requirement comes from: benchmark and number, STIG id or RFC. */
  source: z.string().min(5).max(200),
  probe: z.strictObject({
    /** POSIX shell. Prints facts as `name=value` lines on standard output; exit status 0 means it could read. */
    script: z.string().min(1).max(16_384),
    /** Whether the script runs through `sudo -n`. */
    sudo: z.boolean().default(false),
    timeoutMs: z.number().int().min(500).max(120_000).default(10_000),
  }),
  facts: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), factReaderSchema),
  /** Judgement: the first entry whose condition holds gives the status; none holding gives `unknown`. */
  judge: z
    .array(
      z.strictObject({
        when: conditionSchema,
        status: checkStatusSchema.exclude(['error']),
        /** Sentence for people; `{fact}` is replaced by the fact's value. */
        message: z.string().min(5).max(300),
      }),
    )
    .min(1),
  controls: controlsSchema,
});
export type CheckDefinition = z.output<typeof checkSchema>;
