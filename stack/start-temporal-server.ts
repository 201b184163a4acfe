import { join } from 'node:path';
import type { Log } from './log.ts';
import { freePort } from './ports.ts';
import type { ExternalServers, StackPorts, StackSettings } from './stack.ts';
import { supervise, type SupervisedProcess } from './supervisor/supervise.ts';
import { findTemporal } from './temporal/find-temporal.ts';
import { prepareNamespace } from './temporal/prepare-namespace.ts';
import { serveTemporalWeb } from './temporal/serve-web.ts';
import { startTemporal } from './temporal/start-temporal.ts';

export interface TemporalServerOptions {
  dataDirectory: string;
  cacheDirectory: string;
  recordDirectory: string;
  logDirectory: string;
  ports: StackPorts;
  namespace: string;
  settings: StackSettings;
  external: ExternalServers;
  log: Log;
}
export interface TemporalServer {
  /** host:port of the frontend. */
  address: string;
  web?: string;
  process?: SupervisedProcess;
  /** Ends what the server does not run itself. */
  stopWeb?: () => Promise<void>;
}

const defaultRetentionDays = 30;

/** Temporal with our namespace ready for use: the server given, or the development server, restarted whenever it ends. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { ports, settings, namespace, external, log } = options;
  const retentionDays = settings.retentionDays ?? defaultRetentionDays;
  if (external.temporalAddress !== undefined) {
    await prepareNamespace({ address: external.temporalAddress, namespace, retentionDays });
    return { address: external.temporalAddress };
  }
  const program = await findTemporal(options.cacheDirectory, log);
  log(`starting Temporal (${program.origin})`);
  const address = `127.0.0.1:${ports.temporal}`;
  const upstreamPort = await freePort();
  const supervised = await supervise({
    name: 'temporal',
    start: (onSpawn) =>
      startTemporal({
        onSpawn,
        program: program.path,
        dataDirectory: options.dataDirectory,
        logFile: join(options.logDirectory, 'temporal.log'),
        port: ports.temporal,
        webPort: upstreamPort,
        codecEndpoint: `http://127.0.0.1:${ports.api}/codec`,
        ...(settings.synchronous === undefined ? {} : { synchronous: settings.synchronous }),
      }),
    recordDirectory: options.recordDirectory,
    log,
  });
  try {
    await prepareNamespace({ address, namespace, retentionDays });
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  const web = await serveTemporalWeb({ port: ports.temporalWeb, upstreamPort });
  return {
    address,
    web: `http://127.0.0.1:${ports.temporalWeb}`,
    process: supervised,
    stopWeb: () => web.stop(),
  };
}
