import { join } from 'node:path';
import { projectDirectory } from '../../cli/project.ts';
import { launch } from '../../stack/supervisor/launch.ts';
import { supervise } from '../../stack/supervisor/supervise.ts';
import type { BenchContext } from '../bench-context.ts';
import type { BenchStack } from './start-bench-stack.ts';

/** Starts a file of the checkout as a process beside the stack, told where Temporal is; it ends with the bench. */
export async function startBenchProcess(
  { say, keep }: BenchContext,
  stack: BenchStack,
  name: string,
  file: string,
  env: Record<string, string> = {},
): Promise<void> {
  const started = await supervise({
    name,
    start: (onSpawn) =>
      launch({
        name,
        onSpawn,
        command: process.execPath,
        args: [join(projectDirectory, file)],
        env: {
          PATH: process.env['PATH'],
          TEMPORAL_ADDRESS: stack.addresses.temporal,
          TEMPORAL_NAMESPACE: stack.addresses.namespace,
          ...env,
        },
        cwd: projectDirectory,
        logFile: join(stack.logDirectory, `${name}.log`),
        ready: 'ready-line',
      }),
    recordDirectory: join(stack.dataDirectory, 'run'),
    log: say,
  });
  keep(() => started.stop());
}
