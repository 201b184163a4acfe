import type { HostOs } from '../../contracts/observation.ts';
import type { Transport } from '../transports/transport.ts';

/** A host's system where it could not be read. */
export const unknownOs: HostOs = { family: 'linux', id: 'unknown', version: 'unknown' };

const script = 'cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || :';

/** Reads what system a host runs, once a connection. */
export class HostOsReader {
  readonly #transport: Transport;
  readonly #known = new Map<string, { connection: string; os: HostOs }>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws TransportError */
  async read(host: string): Promise<HostOs> {
    const result = await this.#transport.run({
      host,
      script,
      sudo: false,
      environment: {},
      timeoutMs: 10_000,
      keepBytes: 16_384,
      maxOutputBytes: 16_384,
      survivesCut: false,
    });
    const os = parseOsRelease(result.stdout.head.toString());
    this.#known.set(host, { connection: result.connection, os });
    return os;
  }

  /** The system of the host at the end of `connection`, read anew only where the connection is new. @throws TransportError */
  async ofConnection(host: string, connection: string): Promise<HostOs> {
    const known = this.#known.get(host);
    return known?.connection === connection ? known.os : this.read(host);
  }
}

/** `ID` and `VERSION_ID` of an os-release(5) text; `unknown` for what is missing. */
export function parseOsRelease(text: string): HostOs {
  const value = (name: string): string => {
    const raw = new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
    const bare = raw
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
      .slice(0, 64);
    return bare === '' ? 'unknown' : bare;
  };
  return { family: 'linux', id: value('ID'), version: value('VERSION_ID') };
}
