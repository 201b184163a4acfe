import { type LogLevel, type LogMetadata, type Logger, Runtime } from '@temporalio/worker';
import type { Logger as PinoLogger } from 'pino';

/** Metadata that repeats whole tasks: large, and useless while encrypted. */
const dropped = new Set(['task', 'taskEncoded', 'taskToken', 'base64TaskToken']);

/** Writes the SDK's log lines to `logger`, under `component: temporal`. */
export function createTemporalLogger(logger: PinoLogger): Logger {
  const child = logger.child({ component: 'temporal' });
  const log = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    if (child.isLevelEnabled(pinoLevels[level])) child[pinoLevels[level]](tidy(meta ?? {}), message);
  };
  return {
    log,
    trace: (message, meta) => {
      log('TRACE', message, meta);
    },
    debug: (message, meta) => {
      log('DEBUG', message, meta);
    },
    info: (message, meta) => {
      log('INFO', message, meta);
    },
    warn: (message, meta) => {
      log('WARN', message, meta);
    },
    error: (message, meta) => {
      log('ERROR', message, meta);
    },
  };
}

/**
 * Prepares the process for workers: SDK and core log to `logger`, and no signal handlers, because the process decides
 * itself how it stops. Call once, before any worker or native connection.
 */
export function installTemporalRuntime(logger: PinoLogger): Runtime {
  return Runtime.install({
    logger: createTemporalLogger(logger),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    shutdownSignals: [],
  });
}

const pinoLevels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

function tidy(meta: LogMetadata): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(meta)) {
    if (dropped.has(name)) continue;
    if (name === 'error') fields['err'] = value;
    else fields[name] = value as unknown;
  }
  return fields;
}
