import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { listIncidents } from '../../contracts/api/incidents.ts';
import type { Story } from '../../contracts/story.ts';
import type { FaultApi } from './fault-api.ts';
import { readIncident } from './read-incident.ts';
import type { Timeline } from './timeline.ts';

/** Operators of the fault test. Each approves once, the second only where two must. */
export const people = ['ana', 'ben'] as const;
type Person = (typeof people)[number];

/** A decision that the API has accepted. */
export interface AcceptedDecision {
  id: string;
  /** Workflow id of the incident. */
  incident: string;
}

export interface PeopleOptions {
  api: FaultApi;
  site: string;
  timeline: Timeline;
  /** Told right before a decision is sent. */
  onDecision: () => void;
  stop: AbortSignal;
}

const pollMs = 700;
/** What a person may meet who approves what another, or the host itself, settles at the same time. */
const expectedRefusals = ['not_waiting', 'already_decided', 'incident_closed'];
const problemCode = z.object({ code: z.string() });

/**
 * People who approve whatever waits for them. Who gets no answer sends the same decision again, by the same id; who gets
 * one sends it once more, and must get the same.
 */
export class People {
  readonly accepted: AcceptedDecision[] = [];
  /** Answers that a decision must never get. */
  readonly faults: string[] = [];
  readonly #options: PeopleOptions;
  readonly #busyWith = new Set<string>();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Incidents that a person is about to decide. */
  get busyWith(): string[] {
    return [...this.#busyWith];
  }

  /** Decides until `stop`. */
  async work(): Promise<void> {
    const { stop } = this.#options;
    const underWay = new Set<Promise<void>>();
    while (!stop.aborted) {
      for (const ref of await this.#waiting()) {
        if (this.#busyWith.has(ref)) continue;
        this.#busyWith.add(ref);
        const deciding = this.#decideAbout(ref).finally(() => {
          this.#busyWith.delete(ref);
          underWay.delete(deciding);
        });
        underWay.add(deciding);
      }
      await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined);
    }
    await Promise.all(underWay);
  }

  async #waiting(): Promise<string[]> {
    const { api, site, stop } = this.#options;
    const path = `/api/incidents?site=${site}&state=waiting_for_person&limit=200`;
    const answer = await orStopped(api.insist({ person: 'ana', path }, stop), stop);
    return answer?.status === 200 ? listIncidents.response.parse(answer.body).items.map(({ id }) => id) : [];
  }

  async #decideAbout(ref: string): Promise<void> {
    const { api, stop } = this.#options;
    const story = await orStopped(readIncident(api, ref, 'ana', stop), stop);
    const ticket = story?.ticket;
    // What has no runbook to approve is left to somebody who mends the catalogue.
    if (ticket?.proposal === undefined || story === undefined) return;
    const approvers = people.slice(0, ticket.approvalsNeeded);
    const approved = new Set(ticket.approvals.map(({ actor }) => actor.name));
    for (const person of approvers.filter((name) => !approved.has(name))) {
      await this.#approve(ref, story, person);
    }
  }

  async #approve(ref: string, story: Story, person: Person): Promise<void> {
    const { api, timeline, onDecision, stop } = this.#options;
    const id = decisionId(story, person);
    const request = {
      person,
      method: 'POST',
      path: `/api/incidents/${ref}/decisions`,
      body: { id, kind: 'approve' },
    } as const;
    onDecision();
    const answer = await orStopped(api.insist(request, stop), stop);
    if (answer === undefined) return;
    const code = problemCode.safeParse(answer.body).data?.code;
    if (answer.status !== 200) {
      timeline.add(`${person} may not approve ${ref}: ${answer.status} ${code ?? ''}`);
      if (code === undefined || !expectedRefusals.includes(code))
        this.faults.push(`${person}'s approval of ${ref} was refused: ${JSON.stringify(answer)}`);
      return;
    }
    timeline.add(`${person} approved ${ref}`);
    if (!this.accepted.some((decision) => decision.id === id)) this.accepted.push({ id, incident: story.id });
    const repeated = await orStopped(api.insist(request, stop), stop);
    if (repeated !== undefined && JSON.stringify(repeated) !== JSON.stringify(answer))
      this.faults.push(`the same decision of ${person} got another answer: ${JSON.stringify(repeated)}`);
  }
}

/** One id for one person's decision about one state of a ticket, however often that is read. */
function decisionId({ id, openedAt, ticket, decisions }: Story, person: Person): string {
  const name = [
    id,
    openedAt,
    ticket?.openedAt,
    ticket?.reason,
    decisions.length - (ticket?.approvals.length ?? 0),
    person,
  ];
  const hex = createHash('sha256').update(JSON.stringify(name)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The answer, or undefined where the people went home before it came. */
async function orStopped<T>(asking: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (stop.aborted) return undefined;
    throw error;
  }
}
