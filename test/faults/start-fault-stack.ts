import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import { cacheDirectory } from '../../stack/cache.ts';
import { startLocalMessagesServer } from '../../stack/planner/local-messages-server.ts';
import { freePort } from '../../stack/ports.ts';
import { startStack } from '../../stack/start-stack.ts';
import type { Stack } from '../../stack/stack.ts';
import { people } from './people.ts';
import { writeTornCatalog } from './torn-catalog.ts';

/** The site whose parts are killed. */
export const site = 'fault-street';
/** The site whose appliance is away for long. */
export const absentSite = 'quiet-street';

/**
 * Heals at once and often: no window is shut, no count stops it, and a watch is over in seconds, so that incidents open
 * and end all the time.
 */
const policy = sitePolicySchema.parse({
  blastRadius: { hosts: 10, percent: 100 },
  circuitBreaker: { hosts: 1_000 },
  flapping: { heals: 10_000, windowMs: 3_000, quietMs: 3_000 },
  planner: { enabled: true, minConfidence: 0.7, dailyTokens: 100_000_000 },
  applianceWaitMs: 8_000,
});

export interface FaultStackOptions {
  /** A new directory for all that is written. */
  directory: string;
  hosts: number;
  log: (line: string) => void;
}

export interface FaultStack {
  stack: Stack;
  /** Ends the system and the model's stand-in. Idempotent. */
  stop(): Promise<void>;
}

/** The whole system with two sites, the second with one host, a stand-in for the model, and a catalogue of which two files are half-written. */
export async function startFaultStack({ directory, hosts, log }: FaultStackOptions): Promise<FaultStack> {
  const projectDirectory = process.cwd();
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o711);
  const catalog = join(directory, 'catalog');
  writeTornCatalog(projectDirectory, catalog);
  const apiKey = randomUUID();
  const model = await startLocalMessagesServer({ apiKey });
  const stack = await startStack({
    projectDirectory,
    dataDirectory: join(directory, 'data'),
    cacheDirectory: cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() }),
    ports: {
      api: await freePort(),
      temporal: await freePort(),
      temporalWeb: await freePort(),
      postgres: await freePort(),
    },
    sites: [
      { id: site, hosts, policy, baseline: 'fault-host' },
      { id: absentSite, hosts: 1, policy, baseline: 'fault-host' },
    ],
    lab: { kind: 'booted', count: hosts + 1 },
    settings: {
      environment: {
        // Every drift is reported once, by the test: a scan that comes by itself would find what was lost.
        worker: {
          MALACHOR_CATALOG_DIR: catalog,
          MALACHOR_SCAN_INTERVAL_MINUTES: '0',
          ANTHROPIC_BASE_URL: model.url,
          ANTHROPIC_API_KEY: apiKey,
        },
        appliance: { MALACHOR_CATALOG_DIR: catalog },
      },
      operators: people.map((name) => ({ name, role: 'operator' })),
    },
    log,
  }).catch(async (error: unknown) => {
    await model.stop();
    throw error;
  });
  const stop = async () => {
    await stack.stop();
    await model.stop();
  };
  return { stack, stop };
}
