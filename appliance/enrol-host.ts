import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import { algorithmsFor, algorithmsOfType } from './transports/ssh/algorithms.ts';
import { hostKeyFingerprint, hostKeyType } from './transports/ssh/host-key.ts';
import { TransportError } from './transports/transport-error.ts';

/** The key a host shows, to be compared with what its console shows and then pinned. */
export interface SeenHostKey {
  /** `SHA256:…`, as `ssh-keygen -lf` prints it. */
  fingerprint: string;
  /** As `ssh-ed25519`. */
  type: string;
}

export interface FetchOptions {
  address: string;
  port: number;
  timeoutMs?: number;
  /** A way to the host that is open already; its address and port without one. */
  way?: Duplex;
  isLegacy?: boolean;
  /** Asks for a key of this type, as `ssh-ed25519`, and takes no other. */
  type?: string;
}

/**
 * Reads the key a host shows, for a person or the lab to pin. Ends the key exchange there: no user name and no credential
 * is sent. The only place that takes a key on first sight; call it for nothing but enrolment and showing keys to a person.
 *
 * @throws TransportError `host_unreachable`
 */
export function fetchHostKey(host: FetchOptions): Promise<SeenHostKey> {
  const { address, port, timeoutMs = 10_000, way, isLegacy = false, type } = host;
  const algorithms = {
    ...algorithmsFor({ isLegacy }),
    ...(type === undefined ? {} : { serverHostKey: algorithmsOfType(type, isLegacy) }),
  };
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const fail = (cause?: Error): void => {
      client.destroy();
      const message = `${address} port ${port} shows no SSH host key`;
      reject(new TransportError('host_unreachable', message, { mayHaveStarted: false, cause }));
    };
    // Refusing the key below ends in an error too; by then the promise is settled.
    client.on('error', fail);
    client.once('close', () => {
      fail();
    });
    client.connect({
      host: address,
      port,
      ...(way === undefined ? {} : { sock: way }),
      username: 'nobody',
      authHandler: [],
      algorithms,
      readyTimeout: timeoutMs,
      hostVerifier: (key: Buffer) => {
        resolve({ fingerprint: hostKeyFingerprint(key), type: hostKeyType(key) });
        return false;
      },
    });
  });
}
