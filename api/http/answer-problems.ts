import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { ApiProblem } from './api-problem.ts';
import { contextOf } from './request-context.ts';

/** Knows errors of other modules; undefined for those it does not know. */
export type ProblemTranslator = (error: unknown) => ApiProblem | undefined;

/**
 * The last error handler: every error becomes a problem document (RFC 9457). What nobody knows is an opaque 500 and is
 * logged once, here.
 */
export function answerProblems(logger: Logger, translate: ProblemTranslator) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const problem = problemOf(error, translate);
    const { id } = contextOf(request);
    if (problem.status === 500) logger.error({ err: error, requestId: id }, 'request failed');
    else if (problem.status > 500) {
      logger.warn({ err: problem.cause, requestId: id, code: problem.code }, problem.message);
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    response.set(problem.headers);
    response.status(problem.status).type('application/problem+json');
    response.send(JSON.stringify(problem.toDocument(id)));
  };
}

function problemOf(error: unknown, translate: ProblemTranslator): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const known = translate(error);
  if (known) return known;
  if (error instanceof URIError)
    return new ApiProblem('malformed_url', 'A percent sign must start an escape.');
  return new ApiProblem(
    'internal_error',
    'It is logged under the id in instance; report it if it happens again.',
    {
      cause: error,
    },
  );
}
