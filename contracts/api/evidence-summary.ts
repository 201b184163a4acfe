import { z } from 'zod';
import { siteIdSchema } from '../ids.ts';
import { planTierSchema } from '../site-policy.ts';
import { witnessRefusals } from '../witnessing.ts';
import { named } from './named-schemas.ts';
import { defineRoute } from './route.ts';

/** What a calendar has come to, see domain/anchor/anchor-progress.ts. */
export const calendarStates = [
  'pending',
  'attested',
  'contradicted',
  'forgotten',
  'unreachable',
  'failed',
] as const;
/** Why a time is not covered, see evidence/completeness/gap.ts. */
export const gapReasons = [
  'appliance_down',
  'unreachable',
  'silent',
  'records_missing',
  'undetermined',
] as const;
/** What contradicts the order of time, see evidence/completeness/gap.ts. */
export const anomalyKinds = [
  'sequence_repeated',
  'clock_set_back',
  'made_after_received',
  'scan_incomplete',
] as const;
const hash = z.string().describe('SHA-256, lower-case hex');

const anchoring = named(
  'Anchoring',
  z.object({
    anchoredEntries: z
      .number()
      .int()
      .describe('So many from the first on lead to a block that is deep enough'),
    blocks: z.array(z.object({ height: z.number().int(), hash, time: z.string() })),
    waiting: z
      .object({
        entries: z
          .number()
          .int()
          .describe('So many from the first on are in a batch that waits for its block'),
        since: z.string(),
        calendars: z.array(
          z.object({ calendar: z.string(), state: z.enum(calendarStates), reason: z.string().optional() }),
        ),
      })
      .optional(),
  }),
);
export type ApiAnchoring = z.output<typeof anchoring>;

const storage = named(
  'Storage',
  z.object({
    kind: z.enum(['local', 's3']),
    level: z
      .enum(['compliance', 'immutable', 'advisory'])
      .optional()
      .describe(
        'What stands against a change before the retention is over: Object Lock in compliance mode, the operating system, ' +
          'or file permissions. Absent while the store could never be opened',
      ),
    retention: z.object({ plan: planTierSchema, days: z.number().int() }),
    storedEntries: z
      .number()
      .int()
      .describe('So many from the first on are in the store, or had expired before'),
    waiting: z
      .object({ entries: z.number().int(), since: z.string().optional() })
      .optional()
      .describe('What the ledger has and the store has not yet'),
    failure: z
      .object({ code: z.string(), message: z.string(), nextStep: z.string(), since: z.string() })
      .optional()
      .describe('Why the store takes nothing now. It is tried again by itself'),
    problem: z
      .object({ code: z.string(), message: z.string(), at: z.string() })
      .optional()
      .describe('What of this site cannot be stored, or lies in its place. For a person'),
    hold: z
      .object({ reason: z.string(), actor: z.string(), at: z.string() })
      .optional()
      .describe('The legal hold that is on the site'),
    holds: z
      .enum(['lock_and_hold', 'lock'])
      .describe('Whether a hold is set in the store too, or rests on prolonged locks alone'),
    reconciliation: z
      .object({
        at: z.string(),
        ledgerVerified: z.boolean(),
        objects: z.number().int(),
        differences: z.record(z.string(), z.number().int()).describe('How many of each kind were found'),
        restored: z.number().int(),
        removed: z.number().int(),
        atOne: z.boolean().describe('Whether nothing differs any more'),
      })
      .optional()
      .describe('The newest comparison of ledger and store'),
  }),
);
export type ApiStorage = z.output<typeof storage>;

const completeness = named(
  'Completeness',
  z.object({
    from: z
      .string()
      .describe('Begin of the time that is judged: seven days ago, or when what is due last changed'),
    gaps: z.array(
      z.object({
        what: z.enum(['heartbeats', 'scans']),
        reason: z.enum(gapReasons),
        from: z.string(),
        to: z.string(),
        appliance: z.string().optional(),
        missed: z.number().int(),
        hasRebooted: z.boolean().optional(),
        entries: z.array(z.number().int()).readonly().describe('Entries that it follows from'),
      }),
    ),
    anomalies: z
      .array(
        z.object({
          kind: z.enum(anomalyKinds),
          entries: z.array(z.number().int()).readonly(),
        }),
      )
      .describe('What weakens what is said of gaps, as a clock that was set back'),
  }),
);

const witness = named(
  'WitnessStanding',
  z.object({
    name: z.string().describe('It cosigns under this name'),
    cosigned: z
      .object({
        entries: z.number().int().describe('So many from the first on, in one history'),
        at: z.string().describe('By the clock of the witness'),
      })
      .optional()
      .describe('The largest checkpoint that it cosigned'),
    refused: z
      .object({
        entries: z.number().int(),
        code: z
          .enum([...witnessRefusals, 'unverified'])
          .describe('`fork`, `rollback` and `inconsistent`: the ledger has a second history'),
        at: z.string(),
      })
      .optional()
      .describe('The last checkpoint that it did not cosign'),
  }),
);
export type ApiWitness = z.output<typeof witness>;

export const evidenceSummary = defineRoute({
  id: 'getEvidenceSummary',
  method: 'get',
  path: '/api/evidence/sites/{site}/summary',
  tag: 'evidence',
  summary: 'Size and head of the ledger of a site',
  access: 'read',
  params: z.strictObject({ site: siteIdSchema }),
  response: named(
    'EvidenceSummary',
    z.object({
      site: z.string(),
      entries: z.number().int(),
      headHash: hash.optional(),
      firstRecordedAt: z.string().optional(),
      lastRecordedAt: z.string().optional(),
      checkpoint: z.string().optional().describe('Signed note (C2SP tlog-checkpoint)'),
      completeness: completeness
        .optional()
        .describe('Times that no record covers; absent where nothing is due by schedule'),
      anchoring: anchoring.optional().describe('Absent where no checkpoint was ever in a batch'),
      storage: storage.optional().describe('Absent where evidence was never stored as objects'),
      witnesses: z.array(witness).describe('Every witness that the site was ever given'),
    }),
  ),
  problems: ['site_not_found', 'database_unavailable'],
});
export type ApiEvidenceSummary = z.output<(typeof evidenceSummary)['response']>;
