import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Actor } from '../../contracts/decision.ts';

/** What is known about a request besides what it says itself. */
export interface RequestContext {
  /** UUID; sent back as `X-Request-Id` and named in problem documents and log lines. */
  readonly id: string;
  /** Present once it is authenticated. */
  actor?: Actor;
}

const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** The context of `request`, the same object each time. */
export function contextOf(request: IncomingMessage): RequestContext {
  const known = contexts.get(request);
  if (known) return known;
  const created = { id: randomUUID() };
  contexts.set(request, created);
  return created;
}

/** Names each request in its answer. Ids of callers are not taken over: they could mislead a reader of the log. */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  response.set('X-Request-Id', contextOf(request).id);
  next();
}
