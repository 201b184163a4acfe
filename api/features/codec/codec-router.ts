import express, { type Express, type Request, type Response } from 'express';
import type { PayloadCodec } from '@temporalio/common';
import type { Authenticator } from '../../auth/authenticator.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import { fieldErrors } from '../../http/field-errors.ts';
import { createJsonReader } from '../../http/read-json.ts';
import { contextOf } from '../../http/request-context.ts';
import { allowOrigins, isFromHere, originRefused } from './cross-origin.ts';
import { decodePayloads, payloadsSchema } from './decode-payloads.ts';
import { loggedInPage, loginPage } from './login-page.ts';
import type { Sessions } from './sessions.ts';

export interface CodecOptions {
  /** Must let payloads in the clear pass: Temporal Web sends them along. */
  codec: PayloadCodec;
  authenticator: Authenticator;
  sessions: Sessions;
  sessionLifetimeMs: number;
  /** Origins of Temporal Web, as `http://127.0.0.1:8233`. */
  webOrigins: readonly string[];
  /** Whether browsers reach the API over TLS, so that the cookie shall never travel without. */
  isTls: boolean;
}

const sessionCookie = 'malachor_codec';
/** Temporal Web sends the payloads of a page of a history at once. */
const maxBodyBytes = 16 * 1_024 * 1_024;
const pagePolicy =
  "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'none'";

export const codecRoutes = [
  { method: 'post', path: '/codec/decode' },
  { method: 'post', path: '/codec/encode' },
  { method: 'get', path: '/codec/login' },
  { method: 'post', path: '/codec/login' },
  { method: 'post', path: '/codec/logout' },
] as const;

/**
 * Temporal's remote codec protocol, for Temporal Web and `temporal --codec-endpoint`: `POST /codec/decode` turns
 * encrypted payloads into readable ones. `/codec/encode` is refused: whoever could have payloads encrypted could forge
 * a person's decision.
 *
 * Temporal Web (2.42) posts with `Content-Type` and `X-Namespace`, and with credentials only when a browser is told to;
 * it has no way to enter a token. So people log in at `/codec/login`, which sets a cookie that is HttpOnly,
 * SameSite=Strict and good for `/codec` only. Strict suffices because sites are compared without ports: serve API and
 * Temporal Web under one host name (127.0.0.1 and localhost are two). The Temporal Web that `stack/` serves is told to send
 * the cookie; another one is by `TEMPORAL_CODEC_INCLUDE_CREDENTIALS=true`.
 * Programs send `Authorization: Bearer` instead.
 */
export function mountCodec(app: Express, options: CodecOptions): void {
  const cors = allowOrigins(new Set(options.webOrigins));
  const readJson = createJsonReader(maxBodyBytes);

  app.use(['/codec/decode', '/codec/encode'], cors);

  app.post('/codec/decode', async (request, response) => {
    contextOf(request).actor = authenticate(request, options);
    const parsed = payloadsSchema.safeParse(await readJson(request, response));
    if (!parsed.success) {
      throw new ApiProblem('invalid_request', 'Send {"payloads": [...]} as Temporal does.', {
        errors: fieldErrors('body', parsed.error),
      });
    }
    response.json(await decodePayloads(options.codec, parsed.data));
  });

  app.post('/codec/encode', () => {
    throw new ApiProblem('forbidden', 'Payloads are encrypted by the API only: use its operations.');
  });

  mountLogin(app, options);
}

function authenticate(request: Request, { authenticator, sessions }: CodecOptions) {
  if (request.get('Authorization') !== undefined) return authenticator.byHeader(request);
  const secret = sessionSecret(request);
  const actor = secret === undefined ? undefined : sessions.actorOf(secret);
  return actor ?? authenticator.byHeader(request);
}

function mountLogin(app: Express, options: CodecOptions): void {
  const { authenticator, sessions, sessionLifetimeMs, isTls, webOrigins } = options;
  const cookie = { httpOnly: true, sameSite: 'strict', path: '/codec', secure: isTls } as const;

  app.get('/codec/login', (request, response) => {
    const secret = sessionSecret(request);
    const isLoggedIn = secret !== undefined && sessions.actorOf(secret) !== undefined;
    sendPage(response, 200, isLoggedIn ? loggedInPage(endpointOf(request), webOrigins) : loginPage());
  });

  app.post('/codec/login', express.urlencoded({ extended: false, limit: 4_096 }), (request, response) => {
    if (!isFromHere(request)) throw originRefused();
    const { token } = (request.body ?? {}) as Record<string, unknown>;
    try {
      const actor = authenticator.byToken(request, typeof token === 'string' ? token.trim() : '');
      response.cookie(sessionCookie, sessions.open(actor), { ...cookie, maxAge: sessionLifetimeMs });
      response.redirect(303, '/codec/login');
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      response.set(error.headers);
      sendPage(response, error.status, loginPage(error.message));
    }
  });

  app.post('/codec/logout', (request, response) => {
    if (!isFromHere(request)) throw originRefused();
    const secret = sessionSecret(request);
    if (secret !== undefined) sessions.close(secret);
    response.clearCookie(sessionCookie, cookie);
    response.redirect(303, '/codec/login');
  });
}

function sessionSecret(request: Request): string | undefined {
  const pairs = (request.get('Cookie') ?? '').split(/; */).map((pair) => pair.split('='));
  return pairs.find(([name]) => name === sessionCookie)?.[1];
}

function endpointOf(request: Request): string {
  return `${request.protocol}://${request.get('Host') ?? ''}/codec`;
}

function sendPage(response: Response, status: number, html: string): void {
  response.set('Content-Security-Policy', pagePolicy);
  response.status(status).type('html').send(html);
}
