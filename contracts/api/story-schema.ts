import { z } from 'zod';
import { riskSchema } from '../catalog/runbook.ts';
import { decisionSchema } from '../decision.ts';
import { observationSchema, severitySchema } from '../observation.ts';
import { orderOutcomeSchema } from '../order.ts';
import { proposalSchema, type PlannerRecord } from '../plan.ts';
import {
  incidentStates,
  resolutions,
  type AcceptedRisk,
  type Attempt,
  type IncidentState,
  type Resolution,
  type Story,
  type StoryEvent,
  type Ticket,
  type Tier,
} from '../story.ts';
import { named } from './named-schemas.ts';

/** Schemas of `contracts/story.ts`, for the API's answers. The types there are the masters. */

export const incidentStateSchema: z.ZodType<IncidentState, IncidentState> = named(
  'IncidentState',
  z.enum(incidentStates),
);
export const tierSchema: z.ZodType<Tier, Tier> = named(
  'Tier',
  z.enum(['L1', 'L2', 'L3']),
  'The tier that resolved or holds the incident',
);
export const resolutionSchema: z.ZodType<Resolution, Resolution> = named('Resolution', z.enum(resolutions));

/** A record, so that the compiler asks for every kind. */
const eventKinds: Record<StoryEvent['kind'], true> = {
  observed: true,
  matched: true,
  not_matched: true,
  planned: true,
  escalated: true,
  guard_waits: true,
  guard_refused: true,
  ordered: true,
  executed: true,
  verified: true,
  not_verified: true,
  rolled_back: true,
  would_have_run: true,
  waiting_for_appliance: true,
  flapping: true,
  released: true,
  notified: true,
  acknowledged: true,
  decided: true,
  reminded: true,
  sla_breached: true,
  cleared: true,
  recorded: true,
  closed: true,
};
const eventKindSchema = z.enum(Object.keys(eventKinds) as [StoryEvent['kind'], ...StoryEvent['kind'][]]);

/** What a shape must have to be the schema of `T`: a property for each of its, none more. */
type ShapeOf<T> = { [Name in keyof Required<T>]: z.ZodType };

const observation = named('Observation', observationSchema);
const decision = named('Decision', decisionSchema);
const proposal = named('Proposal', proposalSchema);
const orderOutcome = named('OrderOutcome', orderOutcomeSchema);
const time = z.string().meta({ format: 'date-time' });

const event = named(
  'StoryEvent',
  z.object({
    at: time,
    kind: eventKindSchema,
    summary: z.string(),
    nextStep: z.string().optional(),
  } satisfies ShapeOf<StoryEvent>),
);

const attempt = named(
  'Attempt',
  z.object({
    number: z.number(),
    orderId: z.string(),
    proposal,
    runbookDigest: z.string(),
    risk: riskSchema,
    outcome: orderOutcome.optional(),
    verification: observation.optional(),
    rollback: orderOutcome.optional(),
    startedAt: time,
    endedAt: time.optional(),
  } satisfies ShapeOf<Attempt>),
);

const ticket = named(
  'Ticket',
  z.object({
    reason: z.string(),
    openedAt: time,
    proposal: proposal.optional(),
    guidance: z.array(z.string()).optional(),
    approvalsNeeded: z.union([z.literal(1), z.literal(2)]),
    approvals: z.array(decision),
    acceptances: z.array(decision).optional(),
    firstResponseDueAt: time,
    resolutionDueAt: time,
    acknowledgedAt: time.optional(),
    acknowledgedBy: z.string().optional(),
    breached: z.array(z.enum(['first_response', 'resolution'])),
    reminders: z.number(),
    lastNudgeAt: time.optional(),
  } satisfies ShapeOf<Ticket>),
);

const plan = named(
  'PlannerRecord',
  z.object({
    provider: z.enum(['anthropic', 'local']),
    model: z.string(),
    prompt: z.string(),
    answers: z.array(z.string()),
    inputTokens: z.number(),
    outputTokens: z.number(),
    cost: z.number().describe('US dollars'),
  } satisfies ShapeOf<PlannerRecord>),
);

export const acceptedRiskSchema = named(
  'AcceptedRisk',
  z.object({
    signers: z.array(decision),
    acceptedAt: time,
    expiresAt: time,
    stateDigest: z.string().describe('SHA-256 (hex) of the status and the facts it was judged by'),
  } satisfies ShapeOf<AcceptedRisk>),
);

const catalogProblem = z.object({
  file: z.string(),
  line: z.number(),
  reason: z.string(),
  id: z.string().optional(),
});

export const storySchema = named(
  'Story',
  z.object({
    id: z.string(),
    site: z.string(),
    host: z.string(),
    check: z.string(),
    title: z.string(),
    severity: severitySchema,
    state: incidentStateSchema,
    tier: tierSchema,
    resolution: resolutionSchema.optional(),
    openedAt: time,
    updatedAt: time,
    closedAt: time.optional(),
    detectedAtMs: z.number(),
    verifiedAtMs: z.number().optional(),
    observations: z.number(),
    latest: observation,
    events: z.array(event),
    eventsDropped: z.number(),
    trace: z.array(z.object({ rule: z.string(), matched: z.boolean(), reason: z.string() })),
    attempts: z.array(attempt),
    plans: z.array(plan),
    decisions: z.array(decision),
    ticket: ticket.optional(),
    judgedFacts: z.array(z.string()).optional(),
    waitsFor: z.string().optional(),
    acceptedRisk: acceptedRiskSchema.optional(),
    flapping: z.object({
      heals: z.array(time),
      stoppedAt: time.optional(),
      quietSince: time.optional(),
    }),
    catalogProblems: z.array(catalogProblem).optional(),
    ledgerEntries: z.array(z.number()),
  } satisfies ShapeOf<Story>),
  'Everything that is known about an incident',
);
