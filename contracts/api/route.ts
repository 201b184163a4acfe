import { z } from 'zod';
import type { ProblemCode } from './problem.ts';

/** Who may call a route: anybody, anybody with a token, or an `admin` or `operator`. */
export type Access = 'public' | 'read' | 'act';

export type ParamsSchema = z.ZodObject<Record<string, z.ZodType>>;
export type BodySchema = z.ZodType | undefined;

/**
 * One operation of the API: what the server validates, what the description says and what the client's types come
 * from. `path` has parameters as `{name}`. Query and body are strict: what is not declared is an error.
 */
export interface Route<
  Params extends ParamsSchema = ParamsSchema,
  Query extends ParamsSchema = ParamsSchema,
  Body extends BodySchema = BodySchema,
  Response extends z.ZodType = z.ZodType,
  Caller extends Access = Access,
> {
  id: string;
  method: 'get' | 'post' | 'put';
  path: string;
  tag: string;
  summary: string;
  description?: string;
  access: Caller;
  params: Params;
  query: Query;
  body: Body;
  /** Largest body, where it is not the service's usual limit. */
  maxBodyBytes?: number;
  /** Whether the header `Idempotency-Key` is read. */
  idempotencyKey?: boolean;
  status: number;
  /** Further statuses with the same response, as 503 of an unhealthy service. */
  otherStatuses?: readonly number[];
  response: Response;
  /** Problems of this operation besides those any route can have. */
  problems: readonly ProblemCode[];
}

const nothing = z.strictObject({});

type Optional = 'params' | 'query' | 'body' | 'problems' | 'status';

/** Fills in what most routes leave out: no parameters, no query, no body, status 200, no problems of its own. */
export function defineRoute<
  Response extends z.ZodType,
  const Caller extends Access,
  Params extends ParamsSchema = typeof nothing,
  Query extends ParamsSchema = typeof nothing,
  Body extends BodySchema = undefined,
>(
  route: Omit<Route<Params, Query, Body, Response, Caller>, Optional> &
    Partial<Pick<Route<Params, Query, Body, Response, Caller>, Optional>>,
): Route<Params, Query, Body, Response, Caller> {
  const defaults = { params: nothing, query: nothing, body: undefined, status: 200, problems: [] };
  return { ...defaults, ...route } as Route<Params, Query, Body, Response, Caller>;
}

/** Header value of `Idempotency-Key`: the same key starts the same thing once. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, _ or -');
