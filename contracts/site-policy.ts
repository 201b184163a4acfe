import { z } from 'zod';
import { parameterValuesSchema } from './catalog/parameter.ts';
import { riskSchema } from './catalog/runbook.ts';
import { timeWindowSchema } from './catalog/rule.ts';
import { checkIdSchema, runbookIdSchema } from './ids.ts';
import type { Severity } from './observation.ts';

const slaSchema = z.strictObject({
  firstResponseMs: z.number().int().min(100),
  resolutionMs: z.number().int().min(100),
  /** Time between reminders after a deadline has passed. */
  reminderMs: z.number().int().min(100),
});
export type SlaPolicy = z.output<typeof slaSchema>;

const minutes = (count: number) => count * 60_000;
const sla = (firstResponse: number, resolution: number, reminder: number) =>
  slaSchema.default({
    firstResponseMs: minutes(firstResponse),
    resolutionMs: minutes(resolution),
    reminderMs: minutes(reminder),
  });

/** Per-runbook settings of a site. */
export const runbookOverrideSchema = z.strictObject({
  enabled: z.boolean().default(true),
  dryRun: z.boolean().default(false),
  parameters: parameterValuesSchema.default({}),
});

/** Per-check settings of a site. */
export const checkOverrideSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** Why it is off or set otherwise than the baseline. */
  reason: z.string().max(500).optional(),
  parameters: parameterValuesSchema.default({}),
});
export type CheckOverride = z.output<typeof checkOverrideSchema>;

/** The commercial plan of a site (D7). It decides how long evidence is kept. */
export const planTierSchema = z.enum(['essential', 'professional', 'enterprise']);
export type PlanTier = z.output<typeof planTierSchema>;

/** Everything a site decides about its own healing. Defaults are the product's (A3, A5, A7, G4). */
export const sitePolicySchema = z.strictObject({
  /** Detect and plan as usual, change nothing (A4). */
  dryRun: z.boolean().default(false),
  planTier: planTierSchema.default('professional'),
  timeZone: z.string().default('UTC'),
  /** Windows for disruptive runbooks; none means any time (A5). */
  maintenanceWindows: z.array(timeWindowSchema).default([]),
  /** Highest risk L1 and L2 may run without a person. */
  riskCeiling: riskSchema.exclude(['high']).default('medium'),
  blastRadius: z
    .strictObject({
      /** Hosts healed at a time by one runbook: the larger of `hosts` and `percent` of the site's hosts. */
      hosts: z.number().int().min(1).default(1),
      percent: z.number().min(0).max(100).default(10),
    })
    .default({ hosts: 1, percent: 10 }),
  circuitBreaker: z
    .strictObject({
      /** Distinct hosts a runbook fails on within the window before it is stopped. */
      hosts: z.number().int().min(1).default(3),
      windowMs: z.number().int().min(1_000).default(minutes(60)),
    })
    .default({ hosts: 3, windowMs: minutes(60) }),
  flapping: z
    .strictObject({
      heals: z.number().int().min(2).default(3),
      windowMs: z.number().int().min(100).default(minutes(60)),
      /** Quiet time after which auto-healing is released by itself. */
      quietMs: z.number().int().min(100).default(minutes(240)),
    })
    .default({ heals: 3, windowMs: minutes(60), quietMs: minutes(240) }),
  planner: z
    .strictObject({
      enabled: z.boolean().default(true),
      minConfidence: z.number().min(0).max(1).default(0.7),
      /** Tokens a site may spend on planning in a UTC day. */
      dailyTokens: z.number().int().min(0).default(200_000),
    })
    .default({ enabled: true, minConfidence: 0.7, dailyTokens: 200_000 }),
  /** How long an order or a look waits for an appliance to take it before a person is told. */
  applianceWaitMs: z.number().int().min(500).default(60_000),
  /** Deadlines by severity. */
  sla: z
    .strictObject({
      critical: sla(15, 4 * 60, 15),
      high: sla(60, 8 * 60, 60),
      medium: sla(4 * 60, 24 * 60, 240),
      low: sla(8 * 60, 72 * 60, 480),
    } satisfies Record<Severity, z.ZodType>)
    .prefault({}),
  runbooks: z.record(runbookIdSchema, runbookOverrideSchema).default({}),
  checks: z.record(checkIdSchema, checkOverrideSchema).default({}),
  /** Webhook that gets escalations, reminders and breaches; absent means only the log. */
  webhookUrl: z.url().optional(),
});
export type SitePolicy = z.output<typeof sitePolicySchema>;
