import type { Express, Request } from 'express';
import type { z } from 'zod';
import type { FieldError } from '../../contracts/api/problem.ts';
import { idempotencyKeySchema, type Route } from '../../contracts/api/route.ts';
import type { Actor } from '../../contracts/decision.ts';
import { ApiProblem } from './api-problem.ts';
import { fieldErrors } from './field-errors.ts';
import { createJsonReader } from './read-json.ts';

/** A checked request, as a handler gets it. */
export interface Call<R extends Route> {
  params: z.output<R['params']>;
  query: z.output<R['query']>;
  body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
  actor: R['access'] extends 'public' ? undefined : Actor;
  idempotencyKey: string | undefined;
}

/** What a handler answers: the body, with another of the route's statuses where it is not the usual one. */
export interface Answer<R extends Route> {
  status?: number;
  body: z.input<R['response']>;
}

export type Mount = <R extends Route>(route: R, handler: (call: Call<R>) => Promise<Answer<R>>) => void;

export interface MountOptions {
  /** The caller, or an ApiProblem. Called for routes that are not public, before anything else is read. */
  authenticate: (request: Request) => Actor;
  /** Largest body of a route that names no limit of its own. */
  maxBodyBytes: number;
}

/**
 * Binds routes to handlers. A handler runs only with a caller who may call it and with path, query and body that fit
 * their schemas, all violations of which are reported at once; its answer is checked too, and one that does not fit is
 * an internal error rather than a surprise for the client.
 */
export function createMount(app: Express, options: MountOptions): Mount {
  return (route, handler) => {
    const readJson = createJsonReader(route.maxBodyBytes ?? options.maxBodyBytes);
    app[route.method](expressPath(route.path), async (request, response) => {
      const actor = route.access === 'public' ? undefined : options.authenticate(request);
      if (route.access === 'act' && actor?.role === 'readonly') {
        throw new ApiProblem('role_not_allowed', 'Your role may only read: ask an operator.');
      }
      const body = route.method === 'get' ? undefined : await readJson(request, response);
      const call = parseCall(route, request, body);
      const answer = await handler({ ...call, actor } as Parameters<typeof handler>[0]);
      const checked = route.response.parse(answer.body);
      response.status(answer.status ?? route.status).json(checked);
    });
  };
}

/** `/a/{b}` in the words of Express. */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function parseCall(route: Route, request: Request, body: unknown) {
  const errors: FieldError[] = [];
  const take = <Schema extends z.ZodType>(part: FieldError['in'], schema: Schema, value: unknown) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    errors.push(...fieldErrors(part, parsed.error));
    return undefined;
  };
  const call = {
    params: take('path', route.params, request.params),
    query: take('query', route.query, request.query),
    body: takeBody(route, body, take, errors),
    idempotencyKey: route.idempotencyKey
      ? take('header', idempotencyKeySchema.optional(), request.get('Idempotency-Key'))
      : undefined,
  };
  if (errors.length > 0) {
    throw new ApiProblem('invalid_request', 'Correct the fields named in errors and send it again.', {
      errors,
    });
  }
  return call;
}

function takeBody(
  route: Route,
  body: unknown,
  take: (part: 'body', schema: z.ZodType, value: unknown) => unknown,
  errors: FieldError[],
): unknown {
  if (route.body) {
    if (body !== undefined) return take('body', route.body, body);
    errors.push({ in: 'body', pointer: '', message: 'A JSON body is needed' });
    return undefined;
  }
  if (!isEmptyBody(body)) errors.push({ in: 'body', pointer: '', message: 'This operation takes no body' });
  return undefined;
}

function isEmptyBody(body: unknown): boolean {
  if (body === undefined) return true;
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
}
