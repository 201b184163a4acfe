import ssh2 from 'ssh2';
import { algorithms } from './transports/ssh/algorithms.ts';
import { hostKeyFingerprint, hostKeyType } from './transports/ssh/host-key.ts';
import { TransportError } from './transports/transport-error.ts';

/** The key a host shows, to be compared with what its console shows and then pinned. */
export interface SeenHostKey {
  /** `SHA256:…`, as `ssh-keygen -lf` prints it. */
  fingerprint: string;
  /** As `ssh-ed25519`. */
  type: string;
}

/**
 * Reads the key a host shows, for a person or the lab to pin. Ends the key exchange there: no user name and no credential
 * is sent. The only place that takes a key on first sight; call it for nothing but enrolment.
 *
 * @throws TransportError `host_unreachable`
 */
export function fetchHostKey(host: {
  address: string;
  port: number;
  timeoutMs?: number;
}): Promise<SeenHostKey> {
  const { address, port, timeoutMs = 10_000 } = host;
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
