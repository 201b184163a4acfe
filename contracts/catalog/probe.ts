import { z } from 'zod';
import { probeIdSchema } from '../ids.ts';

/** How the value of one fact is read from the probe's `name=value` lines. */
export const factReaderSchema = z.strictObject({
  /** `lines` gathers every line of that name into a list; the others read the last one. */
  type: z.enum(['string', 'integer', 'number', 'boolean', 'lines']),
  /** Whether the fact may be absent. A required fact that is missing makes the result `unknown`. */
  required: z.boolean().default(true),
  description: z.string().max(300).optional(),
});
export const factReadersSchema = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), factReaderSchema);
export type FactReaders = z.output<typeof factReadersSchema>;

const timeoutMs = z.number().int().min(500).max(120_000).default(10_000);

/** A script that reads on the host. */
export const scriptProbeSchema = z.strictObject({
  /** POSIX shell. Prints facts as `name=value` lines on standard output; exit status 0 means it could read. */
  script: z.string().min(1).max(16_384),
  /** Whether the script runs through `sudo -n`. */
  sudo: z.boolean().default(false),
  timeoutMs,
});

/** Names of what the appliance reads by itself over the network, as other clients of the practice would. */
export const collectorNames = ['sntp', 'tls_endpoint', 'tcp_reach'] as const;
export type CollectorName = (typeof collectorNames)[number];

/** A reading that the appliance takes itself, without a script on the host. */
export const collectorProbeSchema = z.strictObject({ collector: z.enum(collectorNames), timeoutMs });

/** A reading that several checks share; one YAML file in `catalog/probes/`. It has no parameters. */
export const sharedProbeSchema = z.strictObject({
  id: probeIdSchema,
  title: z.string().min(8).max(120),
  os: z.array(z.enum(['linux', 'windows'])).min(1),
  ...scriptProbeSchema.shape,
  facts: factReadersSchema,
});
export type SharedProbe = z.output<typeof sharedProbeSchema>;

/** A probe as a check's file has it: a script, a collector, or the name of a shared probe. */
export const probeSchema = z.union([
  scriptProbeSchema,
  collectorProbeSchema,
  z.strictObject({ use: probeIdSchema }),
]);

/**
 * A probe as a scan runs it. Script probes of several checks with the same script and the same environment are run once
 * for all of them.
 */
export type Probe =
  | { kind: 'script'; script: string; sudo: boolean; timeoutMs: number }
  | { kind: 'collector'; collector: CollectorName; timeoutMs: number };
