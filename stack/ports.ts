import { createServer } from 'node:net';
import { errorCode } from './error-code.ts';
import { StackError } from './stack-error.ts';

/** Resolves to a port that was free a moment ago. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return listenOnce(host, 0);
}

/** A port somebody may choose, and how. */
export interface PortSetting {
  /** What listens there, as `the API`. */
  what: string;
  port: number;
  /** As `--api-port`. */
  option: string;
  /** As `MALACHOR_API_PORT`. */
  variable: string;
}

/** Rejects with `port_in_use`, naming every taken port and what changes it, unless all are free on `host`. */
export async function ensurePortsFree(settings: readonly PortSetting[], host = '127.0.0.1'): Promise<void> {
  const taken: PortSetting[] = [];
  for (const setting of settings) {
    await listenOnce(host, setting.port).catch((error: unknown) => {
      if (errorCode(error) === undefined) throw error;
      taken.push(setting);
    });
  }
  if (taken.length === 0) return;
  const list = taken.map(({ what, port }) => `${port} (${what})`).join(', ');
  const change = taken.map(({ option, variable }) => `${option} PORT or ${variable}=PORT`).join('; ');
  throw new StackError(
    'port_in_use',
    `${taken.length === 1 ? 'this port is' : 'these ports are'} in use on ${host}: ${list}`,
    `Stop what uses ${taken.length === 1 ? 'it' : 'them'}, or choose others with ${change}.`,
  );
}

async function listenOnce(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  });
}
