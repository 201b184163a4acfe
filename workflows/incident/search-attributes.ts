import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../../contracts/search-attributes.ts';
import type { IncidentMemory } from './memory.ts';

/**
 * Shows the incident as it stands in Temporal Web. Called where the workflow is about to wait for long, not at each
 * step: every call is an event in the history and a write to the visibility store.
 */
export function syncSearchAttributes(memory: IncidentMemory): void {
  const { story } = memory;
  upsertSearchAttributes([
    { key: searchAttributes.severity, value: story.severity },
    { key: searchAttributes.tier, value: story.tier },
    { key: searchAttributes.state, value: story.state },
  ]);
  setCurrentDetails(describe(memory));
}

/** Markdown for Temporal Web: the state in one line, then the last lines of the story. Encrypted like every payload. */
function describe({ story }: IncidentMemory): string {
  const lines = story.events.slice(-8).map((event) => `- ${event.at} **${event.kind}** ${event.summary}`);
  const ticket = story.ticket ? ` Waits for a person until ${story.ticket.resolutionDueAt}.` : '';
  return [
    `**${story.state}** at ${story.tier}, ${String(story.attempts.length)} attempt(s).${ticket}`,
    '',
    ...lines,
  ].join('\n');
}
