import { z } from 'zod';
import { runbookIdSchema } from '../ids.ts';
import { parameterValuesSchema } from './parameter.ts';

/** What becomes of a planted drift: the runbook heals it, or refuses, or it is for a person from the start. */
export const drillEnds = ['heals', 'refuses', 'escalates'] as const;

/**
 * One way in which a host loses the property a runbook is for; planted on lab hosts only, to prove that it is found,
 * healed and taken back.
 */
export const drillSchema = z.strictObject({
  /** What an administrator, an installer or an intruder did, as `root may log in by a drop-in file`. */
  what: z.string().min(8).max(160),
  /** POSIX shell run as root on the lab host. It ends when the drift is there. */
  plant: z.string().min(1).max(16_384),
  /** Makes the host compliant first, where a fresh one is not. */
  prepare: z.string().max(16_384).optional(),
  /** Parameters the runbook is run with. */
  parameters: parameterValuesSchema.default({}),
  /** `kernel`: needs a host with a kernel of its own (audit rules, AppArmor, block devices). */
  needs: z.enum(['container', 'kernel']).default('container'),
  ends: z.enum(drillEnds).default('heals'),
  /** Part of the sentence a refusing runbook gives. */
  says: z.string().max(200).optional(),
});
export type Drill = z.output<typeof drillSchema>;

/** The drills of one runbook; one YAML file in `catalog/drills/`. */
export const drillFileSchema = z.strictObject({
  runbook: runbookIdSchema,
  drills: z.array(drillSchema).min(1),
});
export type DrillFile = z.output<typeof drillFileSchema>;
