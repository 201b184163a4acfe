import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ParsedKey } from 'ssh2';
import type { SshHostConfig } from '../../config.ts';
import { TransportError } from '../transport-error.ts';
import { algorithmsFor } from './algorithms.ts';
import { offerOnce, type UsableCredential } from './authenticate.ts';
import { hostKeyFingerprint } from './host-key.ts';
import { isAccepted, type PinnedKeys, pinnedKeys } from './pinned-keys.ts';
import { CredentialError, readCredential } from './read-credential.ts';

/** How long a host may take from the first packet to the accepted login. */
export const defaultConnectTimeoutMs = 10_000;

export interface ConnectionOptions {
  connectTimeoutMs: number;
  /** Time between keepalive packets; three unanswered ones end the connection. */
  keepaliveMs: number;
  /** A way to the host that is open already, as through a jump host; its address and port without one. */
  way?: Duplex;
}

/**
 * Logs in to a host. A host whose key is not the pinned one is refused during key exchange, before any credential or
 * even the user's name is sent.
 *
 * @throws TransportError with `mayHaveStarted` false
 */
export async function openConnection(host: SshHostConfig, options: ConnectionOptions): Promise<Client> {
  const keys = await pinnedKeys(host);
  if (keys.pinned.length === 0) {
    throw refusal('host_key_unknown', `no host key is pinned for ${host.id}${whyIgnored(keys)}`);
  }
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
              `${host.id} showed the key ${strangeKey}, ${whyStrange(strangeKey, keys)}; no credential was sent`,
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
      ...(options.way === undefined ? {} : { sock: options.way }),
      authHandler: offerOnce(host.user, credential),
      algorithms: algorithmsFor({ isLegacy: host.legacyAlgorithms ?? false, keyTypes: keys.types }),
      readyTimeout: options.connectTimeoutMs,
      keepaliveInterval: options.keepaliveMs,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        if (isAccepted(key, keys)) return true;
        strangeKey = hostKeyFingerprint(key);
        return false;
      },
    });
  });
}

function whyStrange(seen: string, { pinned, revoked }: PinnedKeys): string {
  if (revoked.includes(seen)) return 'which is revoked';
  return `but ${pinned.join(' or ')} is pinned`;
}

function whyIgnored({ ignored }: PinnedKeys): string {
  const [first] = ignored;
  return first === undefined
    ? ''
    : `; line ${first.line} of its known_hosts file is not used: ${first.reason}`;
}

async function usableCredential(host: SshHostConfig): Promise<UsableCredential> {
  try {
    const credential = await readCredential(host);
    if (credential.kind === 'password') return credential;
    const { privateKey, passphrase } = credential;
    const parsed = ssh2.utils.parseKey(privateKey, passphrase);
    // One file may hold several keys, unlike the types say; sshd(8) is shown the first.
    const [key] = [parsed as ParsedKey | Error | ParsedKey[]].flat();
    if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
      throw new CredentialError(
        passphrase === undefined
          ? `the identity file of host ${host.id} is no OpenSSH private key without passphrase`
          : `the passphrase file of host ${host.id} does not open its identity file`,
      );
    }
    return { kind: 'key', key };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw refusal('authentication_failed', error.message, error);
  }
}

function connectFailure(host: SshHostConfig, error: Error & { level?: string }): TransportError {
  const through = host.jump === undefined ? '' : ` through ${host.jump}`;
  const where = `${host.id} (${host.address} port ${host.port}${through})`;
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
