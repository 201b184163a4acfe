import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { parseEndpoint, type Endpoint } from '../../domain/posture/endpoint.ts';
import { certificateFactNames, certificateFacts } from './certificate-facts.ts';
import { CollectorError, type Collector, type CollectorTarget } from './collector.ts';
import { integerParameter, textParameter } from './collector-parameters.ts';
import { connectTcp } from './connect-tcp.ts';
import { errorCode } from './error-code.ts';
import { startTls, startTlsProtocols, type StartTlsProtocol } from './start-tls.ts';
import { permissiveContext, shakeHands, type Handshake, type TlsVersions } from './tls-handshake.ts';

export interface TlsEndpointDeps {
  /** Our clock in milliseconds. */
  now: () => number;
  /** PEM certificates of the roots that are trusted. */
  authorities: () => readonly string[];
}

/** All that the collector may tell. */
const nothing: Facts = Object.fromEntries(
  [
    ...[
      'state',
      'tls',
      'tls_error',
      'protocol',
      'cipher',
      'chain_verified',
      'chain_error',
      'accepts_old_tls',
    ],
    ...certificateFactNames,
  ].map((name) => [name, null]),
);
/** How a server turns an old protocol down: by an alert, by an answer in a newer one, or by hanging up. */
const refusals = /_ALERT_|WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|ECONNRESET|EPIPE|hung up/u;

interface Question {
  endpoint: Endpoint;
  startTls: StartTlsProtocol;
  serverName: string;
  timeoutMs: number;
}

const anyVersion: TlsVersions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.3' };
/** Deprecated by RFC 8996. */
const oldVersions: TlsVersions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' };

/**
 * Collector `tls_endpoint`: the certificate and the protocols that a port serves, as any client sees them. It logs in
 * nowhere. A server that takes no old protocol may log the second of its two connections as a failed handshake.
 *
 * Parameters
 * - `host`: name or address; absent or empty for the host that is checked
 * - `port`
 * - `starttls` (`none`): how TLS is asked for, one of `none`, `smtp`, `imap`, `postgres`, `mysql`
 * - `server_name`: the name that clients use, for SNI and `name_matches`; `host` where absent or empty
 * - `timeout_ms` (5000): for each of two connections
 *
 * Facts, each null where there is nothing to tell
 * - `state`: `open`, `refused`, `timeout`, `unresolved`, `unreachable` or `error`; the rest only where it is `open`
 * - `tls`: whether a handshake came to an end; where not, `tls_error`: `not_offered`, or why
 * - with `tls`: `protocol`, `cipher`, `chain_verified`, `chain_error` (a code of OpenSSL, where not), what
 *   `certificateFacts` tells, with an old `protocol` among `weak`, and `accepts_old_tls`: whether the server also takes
 *   TLS 1.0 or 1.1, null where the second connection did not show it
 *
 * @throws CollectorError where a parameter is not as it should be
 */
export function createTlsEndpointCollector(deps: TlsEndpointDeps): Collector {
  // Reading hundreds of authorities takes time; they are read once, when they are first needed.
  let contexts: Record<'any' | 'old', ReturnType<typeof permissiveContext>> | undefined;
  return async (parameters, signal, target) => {
    const question = readQuestion(parameters, target);
    contexts ??= {
      any: permissiveContext(deps.authorities(), anyVersion),
      old: permissiveContext([], oldVersions),
    };
    const { any, old } = contexts;
    const first = await handshake(question, signal, (socket) =>
      shakeHands(socket, any, anyVersion, question.serverName),
    );
    if (!first.ok) return { ...nothing, ...first.facts };
    const second = await handshake(question, signal, (socket) =>
      shakeHands(socket, old, oldVersions, question.serverName),
    );
    const { certificate, protocol, cipher, chainError } = first.handshake;
    const facts = certificateFacts(certificate, { nowMs: deps.now(), serverName: question.serverName });
    const weak = Array.isArray(facts['weak']) ? facts['weak'] : [];
    return {
      ...nothing,
      ...facts,
      state: 'open',
      tls: true,
      protocol,
      cipher,
      chain_verified: chainError === undefined,
      ...(chainError === undefined ? {} : { chain_error: chainError.slice(0, 200) }),
      weak: isOld(protocol) ? [`protocol ${protocol}`, ...weak] : weak,
      accepts_old_tls: isOld(protocol) ? true : takesOld(second),
    };
  };
}

function readQuestion(parameters: ParameterValues, target: CollectorTarget | undefined): Question {
  const text = (name: string, otherwise = '') => textParameter('tls_endpoint', parameters, name, otherwise);
  const port = integerParameter('tls_endpoint', parameters, 'port', { min: 1, max: 65_535 });
  const host = text('host') || (target?.address ?? '');
  const endpoint = parseEndpoint(host, port);
  if (endpoint?.port !== port)
    throw new CollectorError('tls_endpoint', `${JSON.stringify(host)} is not a host`);
  const asked = text('starttls', 'none');
  const startTls = startTlsProtocols.find((protocol) => protocol === asked);
  if (startTls === undefined)
    throw new CollectorError('tls_endpoint', `starttls is none of ${startTlsProtocols.join(', ')}`);
  const named = text('server_name') || endpoint.host;
  const serverName = parseEndpoint(named, port);
  if (serverName === undefined)
    throw new CollectorError('tls_endpoint', `${JSON.stringify(named)} is not a server's name`);
  const timeoutMs = integerParameter('tls_endpoint', parameters, 'timeout_ms', {
    otherwise: 5_000,
    min: 50,
    max: 60_000,
  });
  return { endpoint, startTls, serverName: serverName.host, timeoutMs };
}

function isOld(protocol: string): boolean {
  return /^(?:SSLv\d|TLSv1(?:\.[01])?)$/u.test(protocol);
}

/** Null where the connection failed for another reason than what was offered in it. */
function takesOld(attempt: Attempt): boolean | null {
  if (attempt.ok) return true;
  const { tls_error: error } = attempt.facts;
  return typeof error === 'string' && refusals.test(error) ? false : null;
}

type Attempt = { ok: true; handshake: Handshake } | { ok: false; facts: Facts };

/** One connection and its handshake, within the time limit. Rejects only when `signal` aborts. */
async function handshake(
  { endpoint, startTls: protocol, timeoutMs }: Question,
  signal: AbortSignal,
  shake: (socket: Parameters<typeof startTls>[0]) => Promise<Handshake>,
): Promise<Attempt> {
  const limit = AbortSignal.timeout(timeoutMs);
  const connection = await connectTcp(endpoint, timeoutMs, signal);
  if (connection.state !== 'open') return { ok: false, facts: { state: connection.state } };
  const { socket } = connection;
  const stop = AbortSignal.any([signal, limit]);
  const onStop = () => {
    socket.destroy(new Error('the server did not answer in time'));
  };
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  const failed = (error: string): Attempt => ({
    ok: false,
    facts: { state: 'open', tls: false, tls_error: error },
  });
  // Errors are told by who reads; one that comes when nobody does must not end the process.
  socket.on('error', () => undefined);
  try {
    if (!(await startTls(socket, protocol))) return failed('not_offered');
    return { ok: true, handshake: await shake(socket) };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return failed('the server did not answer in time');
    return failed(errorCode(error));
  } finally {
    stop.removeEventListener('abort', onStop);
    socket.destroy();
  }
}
