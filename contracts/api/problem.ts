import { z } from 'zod';
import { decisionRefusals, type DecisionRefusal } from '../decision.ts';
import { named } from './named-schemas.ts';

const refusalStatuses: Record<DecisionRefusal, { status: number; title: string }> = {
  not_waiting: { status: 409, title: 'The incident waits for nobody' },
  already_decided: { status: 409, title: 'The decision was already taken' },
  role_not_allowed: { status: 403, title: 'Your role may not do this' },
  same_person: { status: 403, title: 'A second person must approve' },
  runbook_not_enabled: { status: 422, title: 'The runbook is not enabled for this site' },
  runbook_needed: { status: 422, title: 'A runbook must be named' },
  parameters_invalid: { status: 422, title: 'The parameters do not fit the runbook' },
  time_not_in_future: { status: 422, title: 'The time must be in the future' },
  time_too_far: { status: 422, title: 'The time is too far away' },
  state_moved: { status: 409, title: 'The state is not the one you saw' },
};

/** Every `code` a problem document can have, with its HTTP status and title. Codes are stable. */
export const problemKinds = {
  ...refusalStatuses,
  invalid_request: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  malformed_url: { status: 400, title: 'The URL is not well formed' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  not_authenticated: { status: 401, title: 'Authentication is needed' },
  forbidden: { status: 403, title: 'This is not allowed' },
  no_such_route: { status: 404, title: 'There is nothing at this address' },
  incident_not_found: { status: 404, title: 'No such incident' },
  site_not_found: { status: 404, title: 'No such site' },
  host_not_found: { status: 404, title: 'No such host' },
  check_not_found: { status: 404, title: 'No such check' },
  method_not_allowed: { status: 405, title: 'The method is not supported here' },
  incident_closed: { status: 409, title: 'The incident is closed' },
  diff_changed: { status: 409, title: 'The change would do something else than was shown' },
  body_too_large: { status: 413, title: 'The body is too large' },
  settings_invalid: { status: 422, title: 'The settings do not fit the catalogue' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  too_many_attempts: { status: 429, title: 'Too many failed attempts' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  database_unavailable: { status: 503, title: 'The database does not answer' },
  temporal_unavailable: { status: 503, title: 'Temporal does not answer' },
  not_answered_yet: { status: 503, title: 'The incident has not answered yet' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemKinds;
export const problemCodes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];

/** Whether an application failure's type is one of the refusals a decision can meet. */
export function isDecisionRefusal(type: string | null | undefined): type is DecisionRefusal {
  return (decisionRefusals as readonly (string | null | undefined)[]).includes(type);
}

/** One thing that is wrong with a request. */
export const fieldErrorSchema = named(
  'FieldError',
  z.object({
    in: z.enum(['path', 'query', 'header', 'body']),
    /** JSON Pointer (RFC 6901) to the field within that part; empty for the whole of it. */
    pointer: z.string(),
    message: z.string(),
  }),
);
export type FieldError = z.output<typeof fieldErrorSchema>;

/** A problem document (RFC 9457), sent as `application/problem+json` with every 4xx and 5xx answer. */
export const problemSchema = named(
  'Problem',
  z.object({
    /** `urn:malachor:problem:<code>`. */
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(problemCodes),
    /** What happened this time and what to do next. */
    detail: z.string(),
    /** `urn:uuid:<request id>`; the same id is in the header `X-Request-Id` and in the log. */
    instance: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  }),
);
export type Problem = z.output<typeof problemSchema>;
