import type { Attempt, Story } from '../../contracts/story.ts';
import type { RunMark } from './host-log.ts';
import { switches } from './switches.ts';
import type { Truth } from './truth.ts';

/** What must hold whatever was killed when. Each function resolves to the breaches it found, in words. */

/** Every planted drift is gone from its host, or its incident waits for a person. */
export function lostDrifts({ switches: states, planted, stories }: Truth): string[] {
  return states.flatMap(({ host, name, state, drift }) => {
    const count = planted.find((lane) => lane.host === host && lane.name === name)?.count ?? 0;
    const check = switches.find((each) => each.name === name)?.check;
    const story = stories.find((each) => each.host === host && each.check === check);
    if (drift !== count) return [`${host} ${name} has drift ${drift}, but ${count} were planted`];
    if (state === 'good' || story?.state === 'waiting_for_person') return [];
    return [
      `drift ${drift} of ${host} ${name} is still there and its incident is ${story?.state ?? 'nowhere'}`,
    ];
  });
}

/** No order starts on a host more than once, and what started has ended. */
export function repeatedRuns({ marks }: Truth): string[] {
  return [...Map.groupBy(marks, ({ order }) => order)].flatMap(([order, own]) => {
    const count = (mark: RunMark['mark']) => own.filter((each) => each.mark === mark).length;
    if (count('start') === 1 && count('end') === 1) return [];
    return [`order ${order} (${describe(own[0])}) started ${count('start')} and ended ${count('end')} times`];
  });
}

/** Two runs never work on one switch at a time. */
export function overlappingRuns({ marks }: Truth): string[] {
  const bySwitch = Map.groupBy(marks, ({ host, name }) => `${host} ${name}`);
  return [...bySwitch.values()].flatMap((own) => {
    const breaches: string[] = [];
    let running: RunMark | undefined;
    for (const mark of own) {
      if (mark.mark === 'end') {
        if (running?.order === mark.order) running = undefined;
        continue;
      }
      if (running) breaches.push(`${describe(mark)} ${mark.order} started while ${running.order} ran`);
      running = mark;
    }
    return breaches;
  });
}

/** Everything that started on a host is in the evidence. */
export function unknownRuns(truth: Truth): string[] {
  const known = new Set(allAttempts(truth).flatMap(({ orderId, rollback }) => [orderId, rollback?.orderId]));
  return truth.marks
    .filter(({ mark, order }) => mark === 'start' && !known.has(order))
    .map((mark) => `${describe(mark)} started by order ${mark.order}, which no incident knows`);
}

/** A runbook that is not idempotent meets the same drift again only after a person said so. */
export function unseenSecondRuns(truth: Truth): string[] {
  const approved = new Set(
    allAttempts(truth)
      .filter(({ proposal }) => proposal.tier === 'L3')
      .map(({ orderId }) => orderId),
  );
  const careful = new Set<string>(
    switches.filter(({ isIdempotent }) => !isIdempotent).map(({ name }) => name),
  );
  const runs = truth.marks.filter(
    ({ mark, action, name }) => mark === 'start' && action === 'remediate' && careful.has(name),
  );
  const byDrift = Map.groupBy(runs, ({ host, name, drift }) => `${host} ${name} ${drift}`);
  return [...byDrift.values()].flatMap((own) =>
    own
      .slice(1)
      .filter(({ order }) => !approved.has(order))
      .map((mark) => `${describe(mark)} was run again by order ${mark.order} without a person's word`),
  );
}

/** Each drift that is gone is on record, with the last order that ran against it. */
export function unrecordedHeals({ marks, planted, switches: states, bundles }: Truth): string[] {
  const settled = bundles.filter(
    ({ story: { resolution } }) => resolution === 'healed' || resolution === 'cleared',
  );
  const recorded = new Set(settled.flatMap(({ story }) => story.attempts.map(({ orderId }) => orderId)));
  return planted.flatMap(({ host, name, count }) => {
    const isLastGone = states.find((each) => each.host === host && each.name === name)?.state === 'good';
    const gone = isLastGone ? count : count - 1;
    return Array.from({ length: Math.max(0, gone) }, (_, index) => index + 1).flatMap((drift) => {
      const runs = marks.filter(
        (each) =>
          each.host === host &&
          each.name === name &&
          each.drift === drift &&
          each.mark === 'start' &&
          each.action === 'remediate',
      );
      const last = runs.at(-1);
      if (last && recorded.has(last.order)) return [];
      return [`drift ${drift} of ${host} ${name} is gone, but the ledger holds no record of its heal`];
    });
  });
}

/** Every incident that ever ran is in the ledger. */
export function unrecordedIncidents({ executions, bundles }: Truth): string[] {
  const recorded = Map.groupBy(bundles, ({ story }) => story.id);
  const ran = Map.groupBy(
    executions.filter(({ type }) => type === 'incident'),
    ({ workflowId }) => workflowId,
  );
  return [...ran].flatMap(([id, own]) => {
    const stories = new Set(recorded.get(id)?.map(({ story }) => story.openedAt));
    return stories.size === own.length
      ? []
      : [`${id} ran ${own.length} times, but the ledger tells of ${stories.size}`];
  });
}

/** Workflows that a schedule starts again and again; one may be under way at any time. */
const recurring: ReadonlySet<string> = new Set(['collectEvidence', 'store', 'reconcile', 'witness']);

/** Workflows have ended well, or are incidents that wait for a person. None fails, none is stuck. */
export function unsoundWorkflows({ executions, stories }: Truth): string[] {
  const asked = new Set(stories.filter(({ state }) => state === 'waiting_for_person').map(({ id }) => id));
  const settled = executions.filter(({ type, status }) => !recurring.has(type) || status !== 'RUNNING');
  return settled.flatMap(({ workflowId, type, status, taskFailures, pendingActivities }) => {
    const mayRun = type === 'incident' && asked.has(workflowId);
    const isSound =
      status === 'COMPLETED' || status === 'CONTINUED_AS_NEW' || (status === 'RUNNING' && mayRun);
    return [
      ...(isSound ? [] : [`${workflowId} (${type}) is ${status}`]),
      ...taskFailures.map((failure) => `a workflow task of ${workflowId} failed: ${failure}`),
      ...(pendingActivities === 0 ? [] : [`${workflowId} has ${pendingActivities} pending activities`]),
    ];
  });
}

/** What the API accepted of a person is in the incident once. */
export function wrongDecisions(truth: Truth): string[] {
  const stories = newestStories(truth);
  return truth.decisions.flatMap(({ id, incident }) => {
    const times = stories
      .filter((story) => story.id === incident)
      .flatMap(({ decisions }) => decisions.filter(({ request }) => request.id === id)).length;
    return times === 1 ? [] : [`decision ${id} about ${incident} was accepted and is told ${times} times`];
  });
}

/** The entries of each site's ledger are numbered without a gap. */
export function ledgerGaps({ entries }: Truth): string[] {
  return [...Map.groupBy(entries, ({ site }) => site)].flatMap(([site, own]) =>
    own.flatMap(({ entry }, index) =>
      entry === index ? [] : [`entry ${entry} of ${site} is in place ${index}`],
    ),
  );
}

/** Each heartbeat that an appliance made is on record once, in its order, but the last ones, which may still be on their way. */
export function lostHeartbeats({ entries }: Truth): string[] {
  return [...Map.groupBy(entries, ({ site }) => site)].flatMap(([site, own]) => {
    const beats = own.flatMap(({ heartbeat }) => heartbeat ?? []);
    if (beats.length === 0) return [`no heartbeat of ${site} is on record`];
    return beats.flatMap((number, index) =>
      number === index + 1 ? [] : [`heartbeat ${number} of ${site} is in place ${index + 1}`],
    );
  });
}

/** Nothing holds back later runs. */
export function heldSlots({ heldOrders }: Truth): string[] {
  return heldOrders.map((order) => `order ${order} still holds its slot`);
}

/** Nothing ended a part but our kills: what is away for a while must not take others with it. */
export function deathsOfTheirOwn({ parts }: Truth): string[] {
  return parts
    .filter(({ kills, ends }) => kills !== ends)
    .map(({ name, kills, ends }) => `${name} was killed ${kills} times and ended ${ends} times`);
}

function allAttempts(truth: Truth): Attempt[] {
  return newestStories(truth).flatMap(({ attempts }) => attempts);
}

/** The last that is told of each incident, by ledger and API. */
function newestStories({ bundles, stories }: Truth): Story[] {
  const newest = new Map<string, Story>();
  for (const story of [...bundles.map((bundle) => bundle.story), ...stories]) {
    const key = `${story.id} ${story.openedAt}`;
    const known = newest.get(key);
    if (!known || Date.parse(story.updatedAt) >= Date.parse(known.updatedAt)) newest.set(key, story);
  }
  return [...newest.values()];
}

function describe(mark: RunMark | undefined): string {
  return mark ? `${mark.action} of ${mark.host} ${mark.name}, drift ${mark.drift},` : 'nothing';
}
