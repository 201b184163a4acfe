import type { Request } from 'express';
import type { Actor } from '../../contracts/decision.ts';
import { ApiProblem } from '../http/api-problem.ts';
import { contextOf } from '../http/request-context.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import type { OperatorDirectory } from './operators.ts';

/** Finds out who is calling. Both throw ApiProblem `not_authenticated` or `too_many_attempts`. */
export interface Authenticator {
  /** By `Authorization: Bearer` (RFC 6750). */
  byHeader(request: Request): Actor;
  /** By a token that came another way, as in a form. */
  byToken(request: Request, token: string): Actor;
}

const bearer = /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/**
 * Wrong tokens are counted by remote address; one that failed too often is not even looked at until its time is up.
 * A request without a token is no attempt.
 */
export function createAuthenticator(operators: OperatorDirectory, failures: FailedAttempts): Authenticator {
  const byToken = (request: Request, token: string): Actor => {
    waitForTurn(request, failures);
    const actor = operators.actorOf(token);
    if (!actor) {
      failures.add(callerOf(request));
      throw notAuthenticated(
        'The token is not known: check it, or ask an admin for a new one.',
        'invalid_token',
      );
    }
    contextOf(request).actor = actor;
    return actor;
  };
  return {
    byToken,
    byHeader(request) {
      const token = bearer.exec(request.get('Authorization') ?? '')?.[1];
      if (token === undefined) throw notAuthenticated('Send your token as Authorization: Bearer <token>.');
      return byToken(request, token);
    },
  };
}

function notAuthenticated(detail: string, error?: string): ApiProblem {
  const challenge = `Bearer realm="malachor"${error === undefined ? '' : `, error="${error}"`}`;
  return new ApiProblem('not_authenticated', detail, { headers: { 'WWW-Authenticate': challenge } });
}

function waitForTurn(request: Request, failures: FailedAttempts): void {
  const waitMs = failures.waitMs(callerOf(request));
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new ApiProblem('too_many_attempts', `Try again in ${seconds} seconds.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}

function callerOf(request: Request): string {
  return request.ip ?? 'unknown';
}
