import ssh2, { type Client } from 'ssh2';
import type { HostConfig } from '../../config.ts';
import { TransportError } from '../transport-error.ts';
import { algorithms } from './algorithms.ts';
import { offerOnce } from './authenticate.ts';
import { hostKeyFingerprint, isPinnedKey } from './host-key.ts';
import { type Credential, CredentialError, readCredential } from './read-credential.ts';

/** How long a host may take from the first packet to the accepted login. */
export const defaultConnectTimeoutMs = 10_000;

export interface ConnectionOptions {
  connectTimeoutMs: number;
  /** Time between keepalive packets; three unanswered ones end the connection. */
  keepaliveMs: number;
}

/**
 * Logs in to a host. A host whose key is not the pinned one is refused during key exchange, before any credential or
 * even the user's name is sent.
 *
 * @throws TransportError with `mayHaveStarted` false
 */
export async function openConnection(host: HostConfig, options: ConnectionOptions): Promise<Client> {
  if (host.hostKey === undefined) {
    throw refusal('host_key_unknown', `no host key is pinned for ${host.id}`);
  }
  const pinned = host.hostKey;
  const credential = await usableCredential(host);
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let strangeKey: string | undefined;
    const fail = (error: TransportError): void => {
      client.on('error', () => undefined);
      client.destroy();
      reject(error);
    };
    client.once('ready', () => {
      client.removeAllListeners('error').removeAllListeners('close');
      // A run is many small packets; without this each waits some 40 ms for the acknowledgement of the one before.
      client.setNoDelay(true);
      resolve(client);
    });
    client.once('error', (error: Error & { level?: string }) => {
      fail(
        strangeKey === undefined
          ? connectFailure(host, error)
          : refusal(
              'host_key_changed',
              `${host.id} showed the key ${strangeKey}, but ${pinned} is pinned; no credential was sent`,
            ),
      );
    });
    client.once('close', () => {
      fail(refusal('host_unreachable', `${host.id} closed the connection before the login was done`));
    });
    client.connect({
      host: host.address,
      port: host.port,
      username: host.user,
      authHandler: offerOnce(host.user, credential),
      algorithms,
      readyTimeout: options.connectTimeoutMs,
      keepaliveInterval: options.keepaliveMs,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        if (isPinnedKey(key, pinned)) return true;
        strangeKey = hostKeyFingerprint(key);
        return false;
      },
    });
  });
}

async function usableCredential(host: HostConfig): Promise<Credential> {
  try {
    const credential = await readCredential(host);
    if (credential.kind === 'key' && ssh2.utils.parseKey(credential.privateKey) instanceof Error) {
      throw new CredentialError(
        `the identity file of host ${host.id} is no OpenSSH private key without passphrase`,
      );
    }
    return credential;
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw refusal('authentication_failed', error.message, error);
  }
}

function connectFailure(host: HostConfig, error: Error & { level?: string }): TransportError {
  const where = `${host.id} (${host.address} port ${host.port})`;
  if (error.level === 'client-authentication') {
    return refusal('authentication_failed', `${where} refused the login of ${host.user}`, error);
  }
  if (error.level === 'handshake') {
    return refusal(
      'host_unreachable',
      `${where} and we have no secure algorithm in common, or it is no SSH server`,
      error,
    );
  }
  if (error.level === 'client-timeout') {
    return refusal('host_unreachable', `${where} did not answer in time`, error);
  }
  return refusal('host_unreachable', `${where} cannot be reached: ${error.message}`, error);
}

function refusal(code: TransportError['code'], message: string, cause?: unknown): TransportError {
  return new TransportError(code, message, { mayHaveStarted: false, cause });
}
