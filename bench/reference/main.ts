import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { emptySteps } from './activities.ts';
import { referenceQueue } from './queue.ts';

/** A worker as the SDK's own first example makes it: every option at its default, payloads as they are. */
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
const worker = await Worker.create({
  connection,
  namespace: process.env['TEMPORAL_NAMESPACE'] ?? '',
  taskQueue: referenceQueue,
  workflowsPath: join(import.meta.dirname, 'workflow.ts'),
  activities: emptySteps,
});
const running = worker.run();
console.log(JSON.stringify({ ready: true }));
await running;
await connection.close();
