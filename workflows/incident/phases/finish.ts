import { allHandlersFinished, condition } from '@temporalio/workflow';
import { projectIncident } from '../activities.ts';
import { dropLostOrder } from '../lost-order.ts';
import type { IncidentMemory } from '../memory.ts';
import { notify } from '../notifications.ts';
import { hasUnrecordedEvents, recordMoment } from '../record.ts';
import { syncSearchAttributes } from '../search-attributes.ts';

/** Records the end, tells those who were asked, and leaves only when nobody waits for an answer. */
export async function finish(memory: IncidentMemory): Promise<void> {
  await dropLostOrder(memory);
  if (memory.wasEscalated) await notify(memory, 'closed', `Ended: ${memory.story.resolution ?? 'closed'}`);
  syncSearchAttributes(memory);
  await condition(allHandlersFinished);
  if (hasUnrecordedEvents(memory)) await recordMoment(memory, 'closed');
  else await projectIncident({ story: memory.story });
}
