import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { centralTaskQueue, scanScheduleId } from '../contracts/ids.ts';
import type { scan } from '../workflows/scan/workflow.ts';

/**
 * Sees to it that each site is scanned every `intervalMinutes`, the first time at once. A scan that is still running
 * when the next is due lets that one go by. Idempotent; a changed interval is taken over.
 */
export async function ensureScanSchedules(
  client: Client,
  sites: readonly string[],
  intervalMinutes: number,
): Promise<void> {
  for (const site of sites) await ensureScanSchedule(client, site, intervalMinutes);
}

async function ensureScanSchedule(client: Client, site: string, intervalMinutes: number): Promise<void> {
  const scheduleId = scanScheduleId(site);
  const spec = { intervals: [{ every: `${intervalMinutes}m` as const }] };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' as const };
  const action = {
    type: 'startWorkflow' as const,
    workflowType: 'scan',
    workflowId: scheduleId,
    taskQueue: centralTaskQueue,
    args: [{ site }] satisfies Parameters<typeof scan>,
  };
  try {
    await client.schedule.create({ scheduleId, spec, policies, action, state: { triggerImmediately: true } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const schedule = client.schedule.getHandle(scheduleId);
    await schedule.update(({ state }) => ({ spec, policies, action, state }));
  }
}
