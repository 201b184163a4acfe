import type { Request, RequestHandler } from 'express';
import { ApiProblem } from '../../http/api-problem.ts';

/**
 * Lets pages of `origins`, and no others, read the answers, with their cookie (Fetch standard, CORS protocol). Answers
 * preflights. A page of another origin gets ApiProblem `forbidden` before anything is decoded.
 */
export function allowOrigins(origins: ReadonlySet<string>): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    const origin = request.get('Origin');
    if (origin !== undefined) {
      if (!origins.has(origin)) throw originRefused();
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      });
    }
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.set({
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Authorization, Authorization-Extras, Content-Type, X-Namespace',
      'Access-Control-Max-Age': '600',
    });
    response.status(204).end();
  };
}

/**
 * Whether a browser says that a page of this very server sent the request; true where no browser is involved. Browsers
 * that send `Sec-Fetch-Site` are taken by it: under `Referrer-Policy: no-referrer`, which our pages have, their form posts
 * name the origin `null` (Fetch standard, "append a request Origin header").
 */
export function isFromHere(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('Origin');
  return origin === undefined || origin === `${request.protocol}://${request.get('Host') ?? ''}`;
}

export function originRefused(): ApiProblem {
  return new ApiProblem(
    'forbidden',
    "This page's origin may not read histories: add it to MALACHOR_TEMPORAL_WEB_ORIGINS if it is Temporal Web.",
  );
}
