import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Stack } from '../../stack/stack.ts';
import { FaultApi } from './fault-api.ts';
import { readStories } from './gather-truth.ts';
import { Timeline } from './timeline.ts';

const limitMs = 30_000;

/** Writes down how a run that did not come to rest stands: the incidents that are open, and what runs in Temporal. */
export async function writeAutopsy(stack: Stack, site: string, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const api = new FaultApi(stack.addresses.api, stack.tokens, new Timeline());
  const stories = await readStories(api, site, AbortSignal.timeout(limitMs));
  const open = stories.filter(({ state }) => state !== 'closed');
  writeFileSync(join(directory, 'open-incidents.json'), JSON.stringify(open, null, 1));
  const connection = await Connection.connect({ address: stack.addresses.temporal });
  try {
    const client = new Client({ connection, namespace: stack.addresses.namespace });
    for await (const { workflowId, runId } of client.workflow.list({
      query: `ExecutionStatus = 'Running'`,
    })) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const { raw } = await handle.describe();
      const history = historyToJSON(await handle.fetchHistory());
      const file = join(directory, `${workflowId.replaceAll('/', '~')}.json`);
      writeFileSync(file, JSON.stringify({ ...raw, history }, null, 1));
    }
  } finally {
    await connection.close();
  }
}
