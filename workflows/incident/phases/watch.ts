import { condition } from '@temporalio/workflow';
import { projectIncident } from '../activities.ts';
import { enter, tell, type IncidentMemory, type Phase } from '../memory.ts';
import { hasUnrecordedEvents, recordMoment } from '../record.ts';
import { syncSearchAttributes } from '../search-attributes.ts';

const now = () => new Date().toISOString();

/**
 * After a heal the incident stays open for the flap window: a new drift in it heals again and counts. After a dry run
 * or a rejection it stays open too, so that the drift that is still there does not open an incident at every scan.
 */
export async function watch(memory: IncidentMemory): Promise<Phase> {
  const { story } = memory;
  const untilMs = Date.parse(memory.until ?? now());
  syncSearchAttributes(memory);
  await condition(() => isOver(memory), Math.max(1, untilMs - Date.now()));
  if (memory.freshDrift && driftIsNew(memory)) {
    delete story.resolution;
    story.detectedAtMs = Date.parse(story.latest.observedAt);
    delete story.verifiedAtMs;
    return 'triage';
  }
  memory.freshDrift = false;
  if (memory.cleared && !driftIsNew(memory)) {
    tell(memory, now(), 'cleared', memory.cleared.message);
    memory.cleared = undefined;
    return end(memory, 'The drift is gone');
  }
  memory.cleared = undefined;
  if (Date.now() < untilMs) return 'watching';
  return end(memory, 'Nothing new within the watch window');
}

/** Whether a drift reported now is a new one: after a heal it is, after a dry run or a rejection it is the old one. */
function driftIsNew({ story }: IncidentMemory): boolean {
  return story.resolution === 'healed' || story.resolution === 'cleared';
}

function isOver(memory: IncidentMemory): boolean {
  return driftIsNew(memory) ? memory.freshDrift : memory.cleared !== undefined;
}

async function end(memory: IncidentMemory, summary: string): Promise<Phase> {
  const { story } = memory;
  memory.freshDrift = false;
  story.closedAt = now();
  enter(memory, now(), 'closed');
  if (hasUnrecordedEvents(memory)) {
    tell(memory, now(), 'closed', summary);
    await recordMoment(memory, 'closed');
  } else {
    tell(memory, now(), 'closed', summary);
    await projectIncident({ story });
  }
  return 'closed';
}
