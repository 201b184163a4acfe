import { NativeConnection, Worker } from '@temporalio/worker';
import { z } from 'zod';
import { createPersistence } from '../../../persistence/create-persistence.ts';
import { anchoringSchema, createAnchoring } from '../../../workers/anchoring.ts';
import { quietRuntime } from '../../incident/harness.ts';
import { anchorSteps, crossingActivities, crossingStore } from './anchor-steps.ts';

/**
 * A worker that anchors as the central one does, and kills itself where its plan says. Prints one line when it works; SIGTERM lets
 * what runs end.
 */
const environment = anchoringSchema
  .extend({
    DATABASE_URL: z.string(),
    TEMPORAL_ADDRESS: z.string(),
    TEMPORAL_NAMESPACE: z.string(),
    TASK_QUEUE: z.string(),
    /** File of the bundled workflows. */
    WORKFLOW_BUNDLE: z.string(),
    /** It lives without. */
    KILL_AT: z.enum(anchorSteps).optional(),
  })
  .parse(process.env);

const cross = (step: string) => {
  if (step === environment.KILL_AT) process.kill(process.pid, 'SIGKILL');
};

quietRuntime();
const persistence = await createPersistence(environment.DATABASE_URL, { connections: 4 });
const connection = await NativeConnection.connect({ address: environment.TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  namespace: environment.TEMPORAL_NAMESPACE,
  taskQueue: environment.TASK_QUEUE,
  workflowBundle: { codePath: environment.WORKFLOW_BUNDLE },
  activities: crossingActivities(
    await createAnchoring(environment, crossingStore(persistence.anchors, cross)),
    cross,
  ),
  // What was cached in the worker before is killed with it: nobody should wait for that one long.
  stickyQueueScheduleToStartTimeout: '1s',
  shutdownGraceTime: '10s',
});
process.once('SIGTERM', () => {
  worker.shutdown();
});
const running = worker.run();
console.log('ready');
await running;
await Promise.all([connection.close(), persistence.close()]);
