import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { launch } from '../supervisor/launch.ts';
import type { RunningProcess } from '../supervisor/running-process.ts';

export interface TemporalOptions {
  /** The Temporal program. */
  program: string;
  /** Holds the server's SQLite file. */
  dataDirectory: string;
  logFile: string;
  port: number;
  webPort: number;
  /** URL at which Temporal Web has payloads decoded. */
  codecEndpoint?: string;
  /**
   * `full`: every commit is on disk before it is acknowledged. `normal`: about twice as fast, but a power failure (not
   * a crash) may lose the last commits.
   */
  synchronous?: 'full' | 'normal';
  /** Told the server's process number before it serves. */
  onSpawn?: (pid: number) => void;
}

const host = '127.0.0.1';
const servingTimeoutMs = 90_000;
/**
 * How long a workflow waits at most for its next try, beyond the limit of the try itself. Temporal's own ten minutes would
 * keep an incident still for that long after its worker died a few times in a row.
 */
const longestTaskRetry = '10s';

/** Starts Temporal's development server on this machine only and resolves when its frontend serves. */
export async function startTemporal(options: TemporalOptions): Promise<RunningProcess> {
  const { program, dataDirectory, logFile, port, webPort, codecEndpoint, synchronous = 'full' } = options;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const address = `${host}:${port}`;
  return launch({
    name: 'Temporal',
    command: program,
    args: [
      ...['server', 'start-dev', '--ip', host, '--port', String(port), '--ui-port', String(webPort)],
      ...['--db-filename', join(dataDirectory, 'temporal.sqlite')],
      ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', `synchronous=${synchronous}`],
      ...[
        '--dynamic-config-value',
        `history.workflowTaskRetryMaxInterval=${JSON.stringify(longestTaskRetry)}`,
      ],
      ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
      ...['--log-format', 'json', '--log-level', 'warn', '--disable-config-file', '--disable-config-env'],
    ],
    // Nothing of ours: the server would take TEMPORAL_* for its own.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    cwd: dataDirectory,
    logFile,
    ready: () => isServing(address),
    readyTimeoutMs: servingTimeoutMs,
    ...(options.onSpawn === undefined ? {} : { onSpawn: options.onSpawn }),
  });
}

/** Whether the frontend at `address` answers and calls itself serving. */
export async function isServing(address: string): Promise<boolean> {
  const connection = Connection.lazy({ address });
  try {
    const { status } = await connection.withDeadline(Date.now() + 2_000, () =>
      connection.healthService.check({ service: 'temporal.api.workflowservice.v1.WorkflowService' }),
    );
    return status === proto.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
