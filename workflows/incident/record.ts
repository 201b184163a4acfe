import type { EndedRun, RecordMoment } from '../../contracts/central-activities.ts';
import { recordIncident } from './activities.ts';
import { eventCount, type IncidentMemory } from './memory.ts';

/**
 * Appends the story as a bundle to the site's ledger; the incident goes on only when that is durable.
 * @param endedRun settled in the same step
 */
export async function recordMoment(
  memory: IncidentMemory,
  moment: RecordMoment,
  endedRun?: EndedRun,
): Promise<void> {
  memory.records += 1;
  const recordId = `${memory.story.id}/${memory.story.openedAt}/${String(memory.records)}`;
  const events = eventCount(memory);
  const { entry } = await recordIncident({
    recordId,
    moment,
    story: memory.story,
    ...(endedRun === undefined ? {} : { endedRun }),
  });
  memory.story.ledgerEntries.push(entry);
  memory.recordedEvents = events;
}

/** Whether something was told since the last bundle. */
export function hasUnrecordedEvents(memory: IncidentMemory): boolean {
  return eventCount(memory) > memory.recordedEvents;
}
