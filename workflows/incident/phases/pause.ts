import { condition } from '@temporalio/workflow';
import { projectIncident } from '../activities.ts';
import { tell, type IncidentMemory, type Phase } from '../memory.ts';
import { syncSearchAttributes } from '../search-attributes.ts';
import { cleared } from './triage.ts';

/** Snoozed or accepted as a risk until a time: still watched, and back at a person when the time is over. */
export async function pause(memory: IncidentMemory): Promise<Phase> {
  const untilMs = Date.parse(memory.until ?? new Date().toISOString());
  const statusAtPause = memory.story.latest.status;
  memory.freshDrift = false;
  syncSearchAttributes(memory);
  await projectIncident({ story: memory.story });
  const hasMoved = () =>
    memory.cleared !== undefined || (memory.freshDrift && memory.story.latest.status !== statusAtPause);
  const moved = await condition(hasMoved, Math.max(1, untilMs - Date.now()));
  if (memory.cleared) return cleared(memory);
  const at = new Date().toISOString();
  if (moved) {
    tell(memory, at, 'escalated', `The state moved from ${statusAtPause} to ${memory.story.latest.status}`);
  } else {
    tell(memory, at, 'escalated', 'The time is over and the drift is still there');
  }
  return 'triage';
}
