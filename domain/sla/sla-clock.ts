import type { SlaPolicy } from '../../contracts/site-policy.ts';

/**
 * The clocks of a ticket (A7): a first-response deadline that an acknowledgement meets, a resolution deadline that only
 * the ticket's end meets, and reminders while a missed deadline is unanswered. The story's `Ticket` is one. Every
 * function returns a new value; times are ISO 8601.
 */
export interface SlaClock {
  openedAt: string;
  firstResponseDueAt: string;
  resolutionDueAt: string;
  acknowledgedAt?: string;
  /** Deadlines whose breach was announced. */
  breached: SlaDeadline[];
  /** Reminders sent. */
  reminders: number;
  /** When somebody was last told of a breach or reminded. */
  lastNudgeAt?: string;
}
export type SlaDeadline = 'first_response' | 'resolution';

/** What the clock announces, and when. */
export interface SlaDue {
  kind: SlaDeadline | 'reminder';
  at: string;
}

/** The clocks of a ticket opened at `openedAt`. */
export function openSlaClock(policy: SlaPolicy, openedAt: string): SlaClock {
  return {
    openedAt,
    firstResponseDueAt: later(openedAt, policy.firstResponseMs),
    resolutionDueAt: later(openedAt, policy.resolutionMs),
    breached: [],
    reminders: 0,
  };
}

/**
 * What is due next, in the past where it was missed. There always is something: an open ticket has its resolution
 * deadline before it, then reminders without end.
 */
export function nextDue(clock: SlaClock, policy: SlaPolicy): SlaDue {
  const candidates: SlaDue[] = [];
  if (!clock.breached.includes('first_response') && !wasAnsweredInTime(clock)) {
    candidates.push({ kind: 'first_response', at: clock.firstResponseDueAt });
  }
  if (!clock.breached.includes('resolution')) {
    candidates.push({ kind: 'resolution', at: clock.resolutionDueAt });
  }
  if (hasUnansweredBreach(clock)) {
    candidates.push({
      kind: 'reminder',
      at: later(clock.lastNudgeAt ?? clock.firstResponseDueAt, policy.reminderMs),
    });
  }
  return candidates.reduce((first, other) => (Date.parse(other.at) < Date.parse(first.at) ? other : first));
}

/**
 * Announces everything due by `now`, in order. Reminders count from the announcement, not from the deadline, so that an
 * outage of hours is followed by one reminder and not by a burst.
 */
export function announceDue<Clock extends SlaClock>(
  clock: Clock,
  policy: SlaPolicy,
  now: string,
): { clock: Clock; announced: SlaDue[] } {
  const announced: SlaDue[] = [];
  let current = clock;
  for (let due = nextDue(current, policy); isReached(due.at, now); due = nextDue(current, policy)) {
    announced.push(due);
    current =
      due.kind === 'reminder'
        ? { ...current, reminders: current.reminders + 1, lastNudgeAt: now }
        : { ...current, breached: [...current.breached, due.kind], lastNudgeAt: now };
  }
  return { clock: current, announced };
}

/** A person took the ticket at `at`. The first acknowledgement counts; a breach that was announced stays. */
export function acknowledgeTicket<Clock extends SlaClock>(clock: Clock, at: string): Clock {
  return clock.acknowledgedAt === undefined ? { ...clock, acknowledgedAt: at } : clock;
}

/** Deadlines that are missed at `at` on a ticket still open then, whether announced or not. */
export function breachesAt(clock: SlaClock, at: string): SlaDeadline[] {
  const breaches: SlaDeadline[] = [];
  if (isReached(clock.firstResponseDueAt, at) && !wasAnsweredInTime(clock)) breaches.push('first_response');
  if (isReached(clock.resolutionDueAt, at)) breaches.push('resolution');
  return breaches;
}

function wasAnsweredInTime(clock: SlaClock): boolean {
  return clock.acknowledgedAt !== undefined && isReached(clock.acknowledgedAt, clock.firstResponseDueAt);
}

function hasUnansweredBreach(clock: SlaClock): boolean {
  return (
    clock.breached.includes('resolution') ||
    (clock.breached.includes('first_response') && clock.acknowledgedAt === undefined)
  );
}

function isReached(time: string, now: string): boolean {
  return Date.parse(time) <= Date.parse(now);
}

function later(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
