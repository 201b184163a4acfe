import { z } from 'zod';
import { checkIdSchema, hostIdSchema, siteIdSchema } from './ids.ts';
import { factsSchema } from './facts.ts';

/**
 * Result of a check. `error`: the check could not be carried out and we know why (unreachable host, refused login).
 * `unknown`: it ran and its answer could not be judged. Neither ever leads to a fix of the thing checked (H8).
 */
export const checkStatuses = ['pass', 'warning', 'fail', 'error', 'unknown'] as const;
export const checkStatusSchema = z.enum(checkStatuses);
export type CheckStatus = z.output<typeof checkStatusSchema>;

/** Whether a status is drift, and so opens an incident. `unknown` opens one too, for a person only. */
export function isDrift(status: CheckStatus): boolean {
  return status !== 'pass';
}

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.output<typeof severitySchema>;

export const osSchema = z.strictObject({
  /** Family the catalogue's `os` lists name. */
  family: z.enum(['linux', 'windows']),
  /** `ID` of os-release(5), as `debian`; `unknown` where it could not be read. */
  id: z.string().max(64),
  /** `VERSION_ID` of os-release(5). */
  version: z.string().max(64),
});
export type HostOs = z.output<typeof osSchema>;

/** Why a check could not be carried out or judged. */
export const probeErrorCodes = [
  'host_unreachable',
  'host_key_changed',
  'host_key_unknown',
  'authentication_failed',
  'sudo_refused',
  'timeout',
  'output_too_large',
  'connection_lost',
  'disk_full',
  'clock_skew',
  'unreadable_answer',
  'probe_failed',
  'check_unknown',
  'catalog_invalid',
  'host_unknown',
] as const;
export const probeErrorSchema = z.strictObject({
  code: z.enum(probeErrorCodes),
  message: z.string().max(2_000),
  /** What a person does next, as one imperative sentence. */
  nextStep: z.string().max(500),
});
export type ProbeError = z.output<typeof probeErrorSchema>;
export type ProbeErrorCode = ProbeError['code'];

/** One timed result of one check on one host. */
export const observationSchema = z.strictObject({
  /** UUID; the same observation delivered twice counts once. */
  id: z.uuid(),
  site: siteIdSchema,
  host: hostIdSchema,
  check: checkIdSchema,
  status: checkStatusSchema,
  severity: severitySchema,
  os: osSchema,
  facts: factsSchema,
  /** One sentence for people: what was found. */
  message: z.string().max(2_000),
  error: probeErrorSchema.optional(),
  /** When the host was read, by the appliance's clock. ISO 8601, UTC. */
  observedAt: z.iso.datetime(),
  /** The host's clock minus the appliance's at that moment, in milliseconds, where it could be read. */
  clockSkewMs: z.number().int().optional(),
  source: z.enum(['scan', 'report', 'verify']),
});
export type Observation = z.output<typeof observationSchema>;
