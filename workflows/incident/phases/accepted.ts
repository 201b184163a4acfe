import { condition } from '@temporalio/workflow';
import type { AcceptedRisk } from '../../../contracts/story.ts';
import { stateDigest } from '../../../domain/decisions/state-digest.ts';
import { projectIncident } from '../activities.ts';
import { hasLongHistory } from '../long-history.ts';
import { enter, type IncidentMemory, type Phase } from '../memory.ts';
import { recordMoment } from '../record.ts';
import { syncSearchAttributes } from '../search-attributes.ts';
import { openTicket } from '../ticket.ts';
import { cleared } from './triage.ts';

const now = () => new Date().toISOString();

/** Two people accept the risk: on record with both, and nobody is asked until something changes. */
export async function acceptRisk(memory: IncidentMemory, risk: AcceptedRisk): Promise<Phase> {
  const { story } = memory;
  story.acceptedRisk = risk;
  delete story.ticket;
  enter(memory, now(), 'risk_accepted');
  await recordMoment(memory, 'risk_accepted');
  return 'accepted';
}

/**
 * An accepted risk is watched by every scan: seen passing, it is over; when its state moves, or its time ends, a person is
 * asked anew. No tier acts by itself then: people wanted it left alone, and only people take that back.
 */
export async function accepted(memory: IncidentMemory): Promise<Phase> {
  const { story } = memory;
  const risk = story.acceptedRisk;
  if (!risk) throw new Error('unreachable: the phase is entered with an accepted risk');
  syncSearchAttributes(memory);
  await projectIncident({ story });
  const endsAtMs = Date.parse(risk.expiresAt);
  for (;;) {
    memory.freshDrift = false;
    const somethingCame = () => memory.cleared !== undefined || memory.freshDrift || hasLongHistory();
    if (hasMoved(memory, risk)) {
      return askAgain(memory, `The state moved since the risk was accepted: ${story.latest.message}`);
    }
    const isInTime = await condition(somethingCame, Math.max(1, endsAtMs - Date.now()));
    if (memory.cleared) {
      delete story.acceptedRisk;
      return cleared(memory);
    }
    if (!isInTime) return askAgain(memory, `The risk was accepted until ${risk.expiresAt}`);
    // Every report is an event of the history; a risk may be accepted for a year.
    if (hasLongHistory() && !hasMoved(memory, risk)) return 'accepted';
  }
}

function hasMoved({ story }: IncidentMemory, risk: AcceptedRisk): boolean {
  return stateDigest(story.latest, story.judgedFacts) !== risk.stateDigest;
}

function askAgain(memory: IncidentMemory, reason: string): Promise<Phase> {
  delete memory.story.acceptedRisk;
  return openTicket(memory, {
    reason,
    nextStep: 'Open the incident; mend it, or have two people accept it as it is now.',
  });
}
