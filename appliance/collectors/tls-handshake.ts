import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import {
  connect,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type SecureVersion,
} from 'node:tls';
import { errorCode } from './error-code.ts';

/** What a server showed in its handshake. */
export interface Handshake {
  certificate: X509Certificate;
  /** `TLSv1.3`, and so on. */
  protocol: string;
  cipher: string;
  /** Why the chain does not lead to a root that is trusted, as a code of OpenSSL; undefined where it does. */
  chainError?: string;
}

export interface TlsVersions {
  minVersion: SecureVersion;
  maxVersion: SecureVersion;
}

/** The certificate authorities that Node brings and those of this machine, where a practice puts its own. */
export function trustedAuthorities(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/**
 * Old protocols and weak keys have to be accepted here to be seen. Nothing is ever sent over such a connection.
 *
 * @param authorities PEM certificates of the roots that are trusted.
 */
export function permissiveContext(authorities: readonly string[], versions: TlsVersions): SecureContext {
  return createSecureContext({ ca: [...authorities], ciphers: 'ALL:!aNULL:!eNULL:@SECLEVEL=0', ...versions });
}

/**
 * Makes a TLS handshake on an open connection, to look at what the server shows, and closes it. Rejects with what kept
 * it from an end.
 */
export function shakeHands(
  socket: Socket,
  secureContext: SecureContext,
  versions: TlsVersions,
  serverName: string | undefined,
): Promise<Handshake> {
  const shaken = Promise.withResolvers<Handshake>();
  const secure = connect({
    socket,
    secureContext,
    ...versions,
    ...(serverName === undefined || isIP(serverName) !== 0 ? {} : { servername: serverName }),
    rejectUnauthorized: false,
    // The name is judged apart from the chain.
    checkServerIdentity: () => undefined,
  });
  secure.once('secureConnect', () => {
    const certificate = secure.getPeerX509Certificate();
    if (certificate === undefined) {
      shaken.reject(new Error('the server has no certificate'));
      return;
    }
    shaken.resolve({
      certificate,
      protocol: secure.getProtocol() ?? 'unknown',
      cipher: secure.getCipher().name,
      ...(secure.authorized ? {} : { chainError: chainErrorOf(secure.authorizationError) }),
    });
  });
  secure.on('error', shaken.reject);
  secure.once('close', () => {
    shaken.reject(new Error('the server hung up'));
  });
  return shaken.promise.finally(() => {
    secure.destroy();
    socket.destroy();
  });
}

/** A code of OpenSSL in either form that Node gives it, whatever its type says. */
function chainErrorOf(error: unknown): string {
  return typeof error === 'string' ? error : errorCode(error);
}
