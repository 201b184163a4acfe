import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { contextOf } from './request-context.ts';

/** One line a finished request: method, path without query, status, duration, who. */
export function logRequests(logger: Logger): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const startedAt = performance.now();
    response.on('finish', () => {
      const { id, actor } = contextOf(request);
      const line = {
        requestId: id,
        method: request.method,
        path: request.path,
        status: response.statusCode,
        durationMs: Math.round(performance.now() - startedAt),
        ...(actor && { actor: actor.name }),
      };
      logger.debug(line, 'request');
    });
    next();
  };
}
