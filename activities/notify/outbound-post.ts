import { lookup } from 'node:dns/promises';
import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { classifyAddress } from './address-policy.ts';

/** Why a POST did not succeed. */
export type OutboundErrorCode =
  | 'url_invalid'
  | 'name_not_resolved'
  | 'address_refused'
  | 'connection_failed'
  | 'timeout'
  | 'redirect_refused'
  /** The receiver answered 4xx other than 408, 425 and 429. */
  | 'receiver_refused'
  /** The receiver answered 408, 425, 429 or 5xx. */
  | 'receiver_failed';

/** The message names origin and next step; never path, query, user or password of the URL, never the body. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: OutboundErrorCode;
  constructor(code: OutboundErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface OutboundOptions {
  /** Whether private and loopback addresses, and plain http, may be used. */
  allowPrivate: boolean;
  /** Limit of the whole exchange. */
  timeoutMs: number;
  /** Addresses of a name; the system's resolver without it. */
  resolve?: (hostname: string) => Promise<string[]>;
}

/** The system's resolver, as `getaddrinfo` answers. */
async function resolveBySystem(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true, order: 'verbatim' })).map((entry) => entry.address);
}

/**
 * POSTs `body` to a URL that a tenant typed; resolves to the status where it is 2xx and rejects with `OutboundError`
 * otherwise. The name is resolved once, every address it has must be allowed, and the connection goes to the address
 * that was checked. Redirects are not followed and the answer's body is not read. No proxy is used.
 */
export async function outboundPost(
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: OutboundOptions,
): Promise<number> {
  const url = parseTarget(target, options.allowPrivate);
  const signal = AbortSignal.timeout(options.timeoutMs);
  const timeout = new OutboundError(
    'timeout',
    `${url.origin} did not answer within ${options.timeoutMs} ms. Check that the receiver is up.`,
  );
  const address = await untilAborted(permittedAddress(url, options), signal, timeout);
  const status = await post(url, address, headers, body, signal, timeout);
  if (status >= 200 && status < 300) return status;
  throw statusError(url, status);
}

function parseTarget(target: string, allowPrivate: boolean): URL {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new OutboundError(
      'url_invalid',
      'The webhook URL is not an http(s) URL. Correct it in the settings.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('url_invalid', 'The webhook URL holds a user or password. Remove them.');
  }
  if (url.protocol === 'http:' && !allowPrivate) {
    throw new OutboundError('url_invalid', `${url.origin} is not encrypted. Use an https URL.`);
  }
  return url;
}

async function permittedAddress(url: URL, options: OutboundOptions): Promise<string> {
  const hostname = url.hostname.replace(/^\[|\]$/gu, '');
  const resolve = options.resolve ?? resolveBySystem;
  const addresses = isIP(hostname) ? [hostname] : await resolve(hostname).catch(() => []);
  const [first] = addresses;
  if (first === undefined) {
    throw new OutboundError(
      'name_not_resolved',
      `The name of ${url.origin} has no address. Check its spelling.`,
    );
  }
  for (const address of addresses) {
    const found = classifyAddress(address);
    if (found === 'forbidden' || (found === 'private' && !options.allowPrivate)) {
      throw new OutboundError(
        'address_refused',
        `${url.origin} leads to an address that is not public. Use a public receiver, or allow private addresses.`,
      );
    }
  }
  return first;
}

function post(
  url: URL,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
  timeout: OutboundError,
): Promise<number> {
  const family = isIP(address);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    signal,
    // A connection of its own: a pooled one could lead to an address that was checked for somebody else.
    agent: false,
    lookup: (_hostname, { all }, callback) => {
      if (all) callback(null, [{ address, family }]);
      else callback(null, address, family);
    },
  };
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      resolve(response.statusCode ?? 0);
      // The status says all; what else a receiver sends is not waited for.
      response.destroy();
    };
    const request =
      url.protocol === 'https:'
        ? requestTls(url, options, onResponse)
        : requestPlain(url, options, onResponse);
    request.on('error', (error: NodeJS.ErrnoException) => {
      reject(signal.aborted ? timeout : connectionError(url, error.code));
    });
    request.end(body);
  });
}

/** The cause's code is named and the cause itself left out: its text can hold the whole URL. */
function connectionError(url: URL, code: string | undefined): OutboundError {
  return new OutboundError(
    'connection_failed',
    `No connection to ${url.origin} (${code ?? 'unknown reason'}). Check that the receiver is up.`,
  );
}

function statusError(url: URL, status: number): OutboundError {
  const answered = `${url.origin} answered with status ${status}.`;
  if (status >= 300 && status < 400) {
    return new OutboundError(
      'redirect_refused',
      `${answered} Redirects are not followed: enter the final URL.`,
    );
  }
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    return new OutboundError('receiver_failed', `${answered} It is tried again.`);
  }
  return new OutboundError('receiver_refused', `${answered} Check the URL and the receiver’s settings.`);
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, reason: Error): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => {
    aborted.reject(reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
