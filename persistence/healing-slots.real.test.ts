import { randomUUID } from 'node:crypto';
import type { Story } from '../contracts/story.ts';
import { aStory, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';
import type { SlotRequest } from './healing-slots.ts';

jest.setTimeout(60_000);

describe.each(postgresBuilds)('healing slots on %s', (_, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;

  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    persistence = await openWithTwoSites(database);
    const os = { family: 'linux', id: 'debian', version: '13' } as const;
    const hosts = ['desk', 'srv'].map((id) => ({
      id,
      os,
      isReachable: true,
      at: '2026-11-23T10:00:00.000Z',
    }));
    await persistence.sites.registerHosts('main-street', hosts);
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  const request = (overrides: Partial<SlotRequest>): SlotRequest => ({
    orderId: randomUUID(),
    site: 'main-street',
    host: 'srv',
    check: 'linux.ssh.root_login',
    incident: 'incident/main-street/srv/linux.ssh.root_login',
    runbook: 'RB-LIN-SSH-001',
    leaseUntil: '2026-11-23T10:10:00.000Z',
    at: '2026-11-23T10:00:00.000Z',
    ...overrides,
  });
  const claimIfFree = (claimed: SlotRequest, via = persistence) =>
    via.healingSlots.claim(claimed, ({ claims, alreadyClaimed }) => ({
      granted: alreadyClaimed || claims.length === 0,
    }));

  test('go to one of many who ask at once, from several processes', async () => {
    const pools = await Promise.all([1, 2, 3].map(() => createPersistence(database.server.url)));
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_unused, index) =>
        claimIfFree(request({ site: 'harbour', host: `h${index}` }), pools[index % pools.length]),
      ),
    );
    await Promise.all(pools.map((pool) => pool.close()));
    expect(answers.filter(({ granted }) => granted)).toHaveLength(1);
  });

  test('are kept by a repeated claim, given back by settling and lost when the lease ends', async () => {
    const first = request({ rule: 'L1-LIN-SSH-001' });
    expect(await claimIfFree(first)).toEqual({ granted: true });
    expect(await claimIfFree(first)).toEqual({ granted: true });
    expect(await claimIfFree(request({}))).toEqual({ granted: false });
    const afterLease = '2026-11-23T10:10:00.001Z';
    expect(
      await persistence.healingSlots.claim(request({ at: afterLease }), (facts) => ({
        granted: false,
        facts,
      })),
    ).toMatchObject({ facts: { claims: [], alreadyClaimed: false, hostCount: 2 } });

    await persistence.healingSlots.settle(
      first.orderId,
      'main-street',
      'not_healed',
      '2026-11-23T10:01:00.000Z',
    );
    await persistence.healingSlots.settle(first.orderId, 'main-street', 'healed', '2026-11-23T10:02:00.000Z');
    const later = await persistence.healingSlots.claim(
      request({ at: '2026-11-23T10:03:00.000Z' }),
      (facts) => ({
        granted: false,
        facts,
      }),
    );
    expect(later.facts).toMatchObject({
      claims: [],
      recentRuns: [
        { host: 'srv', runbook: 'RB-LIN-SSH-001', result: 'not_healed', at: '2026-11-23T10:01:00.000Z' },
      ],
    });
    expect(await persistence.healingSlots.lastRuleUses('main-street', 'srv')).toEqual(
      new Map([['L1-LIN-SSH-001', '2026-11-23T10:00:00.000Z']]),
    );
  });

  test('settled as refused are no use of their rule, for they never began', async () => {
    const host = 'refused-only';
    const rule = 'L1-LIN-SSH-001';
    const [used, refused] = [
      request({ host, rule, at: '2026-11-23T10:00:00.000Z' }),
      request({ host, rule, at: '2026-11-23T10:20:00.000Z' }),
    ];
    for (const { orderId, run, result } of [
      { orderId: used.orderId, run: used, result: 'interrupted' },
      { orderId: refused.orderId, run: refused, result: 'refused' },
    ] as const) {
      await persistence.healingSlots.claim(run, () => ({ granted: true }));
      await persistence.healingSlots.settle(orderId, 'main-street', result, run.at);
    }
    expect(await persistence.healingSlots.lastRuleUses('main-street', host)).toEqual(
      new Map([[rule, '2026-11-23T10:00:00.000Z']]),
    );
  });

  test('show what runs and what waits on their host, the oldest first', async () => {
    const run = request({
      host: 'srv-7',
      at: new Date().toISOString(),
      leaseUntil: '2999-01-01T00:00:00.000Z',
    });
    await persistence.healingSlots.claim(run, () => ({ granted: true }));
    const waits = (check: string, openedAt: string, overrides: Partial<Story> = {}) =>
      persistence.incidents.project(
        aStory({
          ...{ id: `incident/main-street/srv-7/${check}`, host: 'srv-7', check, openedAt },
          ...{ state: 'waiting_for_guard', waitsFor: 'RB-LIN-SSH-002' },
          ...overrides,
        }),
      );
    await waits('b.late', '2026-11-23T10:00:02.000Z');
    await waits('c.early', '2026-11-23T10:00:01.000Z');
    await waits('d.healing', '2026-11-23T10:00:00.000Z', { state: 'healing' });
    await waits('e.elsewhere', '2026-11-23T10:00:00.000Z', { host: 'srv-8' });
    expect(await persistence.healingSlots.runsBeside(run.orderId, 'main-street')).toEqual({
      running: [{ incident: run.incident, runbook: run.runbook }],
      waiting: ['c.early', 'b.late'].map((check) => ({
        ...{ incident: `incident/main-street/srv-7/${check}`, runbook: 'RB-LIN-SSH-002' },
      })),
    });
    await persistence.healingSlots.settle(run.orderId, 'main-street', 'healed', run.at);
    const { running } = await persistence.healingSlots.runsBeside(run.orderId, 'main-street');
    expect(running).toEqual([]);
    expect(await persistence.healingSlots.runsBeside(run.orderId, 'harbour')).toEqual({
      running: [],
      waiting: [],
    });
  });

  test('are not given where the decision throws, and others of the group are decided', async () => {
    const failing = persistence.healingSlots.claim(request({ host: 'x' }), () => {
      throw new RangeError('no such runbook');
    });
    const refused = persistence.healingSlots.claim(request({ host: 'y' }), (facts) => ({
      granted: false,
      claims: facts.claims,
    }));
    await expect(failing).rejects.toThrow(RangeError);
    await expect(refused).resolves.toEqual({ granted: false, claims: [] });
  });
});
