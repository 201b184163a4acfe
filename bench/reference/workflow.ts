import { proxyActivities } from '@temporalio/workflow';
import type { EmptySteps } from './activities.ts';

const { match, guard, remediate, verify, record } = proxyActivities<EmptySteps>({
  startToCloseTimeout: '10 seconds',
});

/** Five durable steps that do nothing, one after the other. */
export async function fiveSteps(): Promise<void> {
  await match();
  await guard();
  await remediate();
  await verify();
  await record();
}
