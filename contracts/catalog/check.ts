import { z } from 'zod';
import { controlsSchema } from '../controls.ts';
import { conditionSchema } from '../facts.ts';
import { checkIdSchema } from '../ids.ts';
import { checkStatusSchema, severitySchema } from '../observation.ts';
import { parametersSchema } from './parameter.ts';
import { type FactReaders, factReadersSchema, type Probe, probeSchema } from './probe.ts';

/** The parts of a host's score (B7); a check without one does not count in it. */
export const metrics = [
  'patching',
  'antivirus',
  'backup',
  'logging',
  'firewall',
  'encryption',
  'network',
] as const;
export type Metric = (typeof metrics)[number];

/** Names of the pure functions that make further facts of a probe's; see `domain/catalog/analyses.ts`. */
export const analysisNames = [
  'listening_sockets',
  'dns_resolvers',
  'routes',
  'destinations',
  'sntp_servers',
  'chrony_sources',
  'block_devices',
] as const;
export type AnalysisName = (typeof analysisNames)[number];

/** A named test of one property of a host; one YAML file in `catalog/checks/`. */
export const checkSchema = z.strictObject({
  id: checkIdSchema,
  title: z.string().min(8).max(120),
  description: z.string().min(20).max(2_000),
  os: z.array(z.enum(['linux', 'windows'])).min(1),
  severity: severitySchema,
  metric: z.enum(metrics).optional(),
  /** Where the requirement comes from: benchmark and number, STIG id or RFC. */
  source: z.string().min(5).max(200),
  /** What a site may set. A script reads `$P_<NAME>`; `judge` compares with `{ parameter: name }`. */
  parameters: parametersSchema.default({}),
  probe: probeSchema,
  /** Makes further facts of what the probe read, before `judge`. */
  analysis: z.enum(analysisNames).optional(),
  /** Facts the probe prints and the analysis adds; those of a shared probe are declared with it. */
  facts: factReadersSchema.default({}),
  /** Judgement: the first entry whose condition holds gives the status; none holding gives `unknown`. */
  judge: z
    .array(
      z.strictObject({
        when: conditionSchema,
        status: checkStatusSchema.exclude(['error']),
        /** Sentence for people; `{fact}` is replaced by the value of the fact or, where there is none, the parameter. */
        message: z.string().min(5).max(300),
      }),
    )
    .min(1),
  controls: controlsSchema,
});
/** A check as its file has it. */
export type CheckFile = z.output<typeof checkSchema>;

/** A check that is ready to be run: a shared probe is put in, with the facts it declares. */
export interface CheckDefinition extends Omit<CheckFile, 'probe'> {
  probe: Probe;
  /** Id of the shared probe it came from. */
  sharedProbe?: string;
  facts: FactReaders;
}
