import { randomUUID } from 'node:crypto';
import { incidentWorkflowId } from '../../contracts/ids.ts';
import type { Observation } from '../../contracts/observation.ts';
import { anObservation, aPolicy } from '../../test/builders/incident.ts';
import { createIntakeActivities } from './create-intake-activities.ts';
import type { IntakeDependencies } from './ports.ts';

/** Remembers what reaches incidents and hosts. `failing` names observations whose signal fails. */
function anIntake(open: { site: string; host: string; check: string }[] = [], failing: string[] = []) {
  const calls: string[] = [];
  const signals: [string, string][] = [];
  const registered: Parameters<IntakeDependencies['hosts']['registerHosts']>[] = [];
  const stored: Parameters<IntakeDependencies['results']['store']>[] = [];
  const send = (kind: string) => async (observation: Observation) => {
    await Promise.resolve();
    if (failing.includes(observation.id)) throw new Error('no connection');
    calls.push(kind);
    signals.push([kind, observation.id]);
  };
  const activities = createIntakeActivities({
    incidents: { signalDrift: send('drift'), signalCleared: send('cleared') },
    openIncidents: {
      openIncidents: async (site) =>
        open.filter((key) => key.site === site).map((key) => ({ ...key, id: incidentWorkflowId(key) })),
    },
    hosts: {
      registerHosts: async (...call) => {
        calls.push('hosts');
        registered.push(call);
      },
    },
    results: {
      store: async (...call) => {
        calls.push('results');
        stored.push(call);
      },
    },
    scores: {
      note: async (site, at) => {
        calls.push(`score ${site} ${at}`);
      },
    },
    policies: {
      policyOf: async () =>
        aPolicy({ checks: { 'linux.a.off': { enabled: false, reason: 'x' }, 'linux.a.same': {} } }),
    },
    now: () => new Date('2026-11-23T12:00:00.000Z'),
  });
  return { activities, calls, signals, registered, stored };
}

const observe = (overrides: Record<string, unknown> = {}) =>
  anObservation({ id: randomUUID(), ...overrides });

test('drifts of every kind reach their incident, passes only an open one', async () => {
  const drifts = (['warning', 'fail', 'error', 'unknown'] as const).map((status, index) =>
    observe({ status, host: `h${index}` }),
  );
  const cleared = observe({ status: 'pass', host: 'open' });
  const quiet = observe({ status: 'pass', host: 'quiet' });
  const { activities, signals, calls } = anIntake([cleared]);
  const observations = [quiet, ...drifts, cleared];
  expect(await activities.reportObservations({ observations })).toEqual({ drifts: 4, cleared: 1 });
  expect(new Set(signals)).toEqual(
    new Set([...drifts.map(({ id }) => ['drift', id]), ['cleared', cleared.id]]),
  );
  expect(calls[0]).toBe('hosts');
});

test('observations of one incident keep their order', async () => {
  const observations = Array.from({ length: 20 }, () => observe());
  const { activities, signals } = anIntake();
  await activities.reportObservations({ observations });
  expect(signals.map(([, id]) => id)).toEqual(observations.map(({ id }) => id));
});

test('one failed signal does not hold up the others, and the report fails so that it is sent again', async () => {
  const observations = Array.from({ length: 40 }, (_, index) => observe({ host: `h${index}` }));
  const { activities, signals } = anIntake([], [observations[3]!.id]);
  await expect(activities.reportObservations({ observations })).rejects.toThrow(/1 of 40 observations/);
  expect(signals).toHaveLength(39);
});

test('a host is registered as seen only where it answered', async () => {
  const error = { code: 'host_unreachable', message: 'no route', nextStep: 'Check the cable.' };
  const { activities, registered } = anIntake();
  await activities.reportObservations({
    observations: [
      observe(),
      observe({ host: 'gone', status: 'error', error }),
      observe({ site: 'harbour' }),
    ],
  });
  expect(
    registered.map(([site, hosts]) => [site, hosts.map(({ id, isReachable }) => [id, isReachable])]),
  ).toEqual([
    [
      'main-street',
      [
        ['srv-1', true],
        ['gone', false],
      ],
    ],
    ['harbour', [['srv-1', true]]],
  ]);
});

test('an empty report does nothing', async () => {
  const { activities, calls } = anIntake();
  expect(await activities.reportObservations({ observations: [] })).toEqual({ drifts: 0, cleared: 0 });
  expect(calls).toEqual([]);
});

test('results are kept before a drift opens an incident, and the score is noted when all is known', async () => {
  const pass = observe({ status: 'pass', host: 'quiet' });
  const fail = observe();
  const { activities, calls, stored } = anIntake();
  await activities.reportObservations({ observations: [pass, fail, observe({ site: 'harbour' })] });
  expect(calls).toEqual([
    ...['hosts', 'results', 'hosts', 'results', 'drift', 'drift'],
    ...['score main-street 2026-11-23T12:00:00.000Z', 'score harbour 2026-11-23T12:00:00.000Z'],
  ]);
  expect(stored[0]).toEqual(['main-street', [pass, fail], '2026-11-23T12:00:00.000Z']);
});

test('of a scan in parts, the score is noted with the last', async () => {
  const { activities, calls } = anIntake();
  await activities.reportObservations({ observations: [observe()], isPart: true });
  expect(calls).toEqual(['hosts', 'results', 'drift']);
});

test('a host keeps the baseline that its appliance named', async () => {
  const { activities, registered } = anIntake();
  const hosts = [{ host: 'srv-1', baseline: 'linux-server' }, { host: 'other' }];
  await activities.reportObservations({ observations: [observe(), observe({ host: 'other' })], hosts });
  expect(registered[0]?.[1].map(({ id, baseline }) => [id, baseline])).toEqual([
    ['srv-1', 'linux-server'],
    ['other', undefined],
  ]);
});

test('a scan is told what the site sets of its checks, and not why', async () => {
  expect(await anIntake().activities.readSiteSettings({ site: 'main-street' })).toEqual({
    settings: { 'linux.a.off': { enabled: false, parameters: {} } },
  });
});
