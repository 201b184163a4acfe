import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveWebhookSecret } from '../../activities/notify/site-secret.ts';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import { startLocalMessagesServer } from '../../stack/planner/local-messages-server.ts';
import { freePort } from '../../stack/ports.ts';
import { startStack } from '../../stack/start-stack.ts';
import type { LabSetting, SiteSetting, Stack } from '../../stack/stack.ts';
import { defaultCacheDirectory, projectDirectory, say } from '../project.ts';
import { recordProcess } from '../../stack/supervisor/process-records.ts';
import { type AnchorParts, anchorPartsIfAny } from './anchor-parts.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** The practice that heals, and the one that only says what it would do. */
export const mainSite = 'main-street';
export const dryRunSite = 'elm-street';

/** Everything the demo plays on. */
export interface Scene {
  stack: Stack;
  dataDirectory: string;
  planner: 'anthropic' | 'local';
  receiver: WebhookReceiver;
  /** A chain and calendars of its own, or why there are none. */
  anchors: AnchorParts | { skipped: string };
  /** Two people with a credential each. */
  admin: ApiClient;
  reviewer: ApiClient;
  /** Runs a shell script as root on a host. */
  onHost(host: string, script: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the whole system in a data directory of its own, on free ports, with the hosts of `lab`. `stop` ends and removes all
 * of it; where starting fails nothing is left.
 */
export async function setScene(lab: LabSetting, signal: AbortSignal): Promise<Scene> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'malachor-demo-'));
    undo.push(() => {
      rmSync(dataDirectory, { recursive: true, force: true });
    });
    // The database's user must be able to reach its own part of it.
    await chmod(dataDirectory, 0o711);
    const { planner, environment, stopPlanner } = await choosePlanner();
    undo.push(stopPlanner);
    const secret = () =>
      deriveWebhookSecret(
        readFileSync(join(dataDirectory, 'secrets/webhook.secret'), 'utf8').trim(),
        mainSite,
      );
    const receiver = await startWebhookReceiver(secret);
    undo.push(() => receiver.stop());

    const anchors = await anchorPartsIfAny(dataDirectory);
    if ('stop' in anchors) undo.push(() => anchors.stop());
    signal.throwIfAborted();

    const stack = await startStack({
      projectDirectory,
      dataDirectory,
      cacheDirectory: defaultCacheDirectory(),
      ports: {
        api: await freePort(),
        temporal: await freePort(),
        temporalWeb: await freePort(),
        postgres: await freePort(),
      },
      sites: sitesFor(lab, receiver.url),
      lab,
      settings: {
        operators: [{ name: 'reviewer', role: 'operator' }],
        environment: {
          worker: {
            ...environment,
            ...('environment' in anchors ? anchors.environment : {}),
            MALACHOR_SCAN_INTERVAL_MINUTES: '0',
            OBJECTS_INTERVAL_MINUTES: '0.1',
            MALACHOR_WEBHOOK_ALLOW_PRIVATE: '1',
          },
        },
      },
      log: say,
    });
    undo.push(() => stack.stop());
    // From here on the stack's companion ends the node, too, where this process is killed.
    if ('bitcoin' in anchors)
      recordProcess(join(dataDirectory, 'run'), 'bitcoin', anchors.bitcoin.process.pid);
    signal.throwIfAborted();
    const client = (name: string) => createApiClient(stack.addresses.api, stack.tokens.get(name) ?? '');
    return {
      stack,
      dataDirectory,
      planner,
      receiver,
      anchors,
      admin: client('admin'),
      reviewer: client('reviewer'),
      onHost: async (host, script) => {
        if (!stack.lab) throw new Error('unreachable: the demo always has hosts');
        return (await stack.lab.run(host, script)).stdout;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function sitesFor(lab: LabSetting, webhookUrl: string): SiteSetting[] {
  const count = lab.kind === 'booted' ? lab.count : lab.kind === 'given' ? lab.hosts.length : 0;
  const policy = sitePolicySchema.parse({ webhookUrl });
  const main: SiteSetting = {
    id: mainSite,
    name: 'Main Street Family Practice',
    hosts: count < 3 ? count : count - 1,
    ownKernels: lab.kind === 'booted' ? (lab.ownKernels ?? 0) : 0,
    policy,
  };
  if (count < 3) return [main];
  const dry = sitePolicySchema.parse({ dryRun: true });
  return [main, { id: dryRunSite, name: 'Elm Street Dental', hosts: 1, policy: dry }];
}

async function choosePlanner(): Promise<{
  planner: Scene['planner'];
  environment: Record<string, string>;
  stopPlanner: () => Promise<void>;
}> {
  if (process.env['ANTHROPIC_API_KEY']) {
    return { planner: 'anthropic', environment: {}, stopPlanner: () => Promise.resolve() };
  }
  const apiKey = randomBytes(16).toString('hex');
  const server = await startLocalMessagesServer({ apiKey });
  return {
    planner: 'local',
    environment: { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: server.url },
    stopPlanner: () => server.stop(),
  };
}
