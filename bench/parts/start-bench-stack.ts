import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheDirectory, projectDirectory } from '../../cli/project.ts';
import { freePort } from '../../stack/ports.ts';
import { startStack } from '../../stack/start-stack.ts';
import type { LabSetting, SiteSetting, Stack, StackSettings } from '../../stack/stack.ts';
import type { BenchContext } from '../bench-context.ts';

export interface BenchStackOptions {
  sites?: readonly SiteSetting[];
  lab?: LabSetting;
  /** More environment for the central worker, given the stack's data directory. */
  worker?: (dataDirectory: string) => Record<string, string>;
}

/** A running stack and where it keeps its data. */
export interface BenchStack extends Stack {
  dataDirectory: string;
}

/**
 * The whole system as `malachor up` starts it, on free ports and in a directory of its own that goes with the bench.
 * Nobody scans or stores objects by itself, so that nothing but the bench causes work.
 */
export async function startBenchStack(
  { say, keep }: BenchContext,
  { sites = [], lab = { kind: 'none' }, worker }: BenchStackOptions = {},
): Promise<BenchStack> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'malachor-bench-'));
  keep(() => {
    rmSync(dataDirectory, { recursive: true, force: true });
  });
  chmodSync(dataDirectory, 0o711);
  const [api, temporal, temporalWeb, postgres] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const settings: StackSettings = {
    logLevel: 'warn',
    environment: {
      worker: {
        MALACHOR_SCAN_INTERVAL_MINUTES: '0',
        OBJECTS_STORE: 'none',
        ...worker?.(dataDirectory),
      },
    },
  };
  const stack = await startStack({
    projectDirectory,
    dataDirectory,
    cacheDirectory: defaultCacheDirectory(),
    ports: { api, temporal, temporalWeb, postgres },
    sites,
    lab,
    settings,
    log: say,
  });
  keep(() => stack.stop());
  return { ...stack, dataDirectory };
}
