import * as fc from 'fast-check';
import { checkStatuses } from '../../contracts/observation.ts';
import { risks } from '../../contracts/catalog/runbook.ts';
import { aRunbook } from '../../test/builders/catalog.ts';
import { aPolicy } from '../../test/builders/incident.ts';
import { decideGuard, type GuardQuestion } from './decide-guard.ts';
import type { GuardFacts } from './guard-facts.ts';

const nowMs = Date.parse('2026-11-23T10:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();
const quiet: GuardFacts = { claims: [], recentRuns: [], hostCount: 10, alreadyClaimed: false };

function ask(overrides: Partial<GuardQuestion> = {}) {
  return decideGuard({
    policy: aPolicy(),
    runbook: aRunbook(),
    orderId: 'order-1',
    host: 'srv-1',
    status: 'fail',
    approvals: 0,
    facts: quiet,
    touchesOf: () => aRunbook().touches,
    nowMs,
    ...overrides,
  });
}

const claim = (host: string, orderId = `order-of-${host}`, runbook = 'RB-LIN-SSH-001') => ({
  host,
  orderId,
  runbook,
});
const failure = (host: string, minutes: number, result: 'not_healed' | 'interrupted' = 'not_healed') => ({
  host,
  runbook: 'RB-LIN-SSH-001',
  result,
  at: minutesAgo(minutes),
});
const refused = (code: string) => expect.objectContaining({ kind: 'refused', code }) as unknown;
const granted = { kind: 'granted', dryRun: false, notes: [] };

test('a low-risk runbook for a failing check runs at once', () => {
  expect(ask()).toEqual(granted);
});

describe('status', () => {
  test.each(['pass', 'unknown'] as const)('%s is never healed, whoever approved', (status) => {
    const runbook = aRunbook({ repairsChecking: true });
    expect(ask({ status, runbook, approvals: 2 })).toEqual(refused('status_not_healable'));
  });

  test('an error is met with a repair of checking alone, whoever approved', () => {
    expect(ask({ status: 'error', approvals: 2 })).toEqual(refused('repairs_not_checking'));
    expect(ask({ status: 'error', runbook: aRunbook({ repairsChecking: true }) })).toEqual(granted);
  });
});

describe('risk', () => {
  test('above the ceiling one person must approve, for high risk two', () => {
    const policy = aPolicy({ riskCeiling: 'low' });
    const medium = aRunbook({ risk: 'medium' });
    expect(ask({ policy, runbook: medium })).toEqual(refused('risk_above_ceiling'));
    expect(ask({ policy, runbook: medium, approvals: 1 })).toEqual(granted);
    expect(ask({ runbook: medium })).toEqual(granted);
    const high = aRunbook({ risk: 'high' });
    expect(ask({ runbook: high })).toEqual(refused('risk_above_ceiling'));
    expect(ask({ runbook: high, approvals: 1 })).toEqual({
      kind: 'refused',
      code: 'risk_above_ceiling',
      reason: 'runbook RB-LIN-SSH-001 has high risk and needs the approval of 2 people; 1 approved',
    });
    expect(ask({ runbook: high, approvals: 2 })).toEqual(granted);
  });
});

describe('circuit breaker', () => {
  const open = { ...quiet, recentRuns: [failure('a', 1), failure('b', 59, 'interrupted'), failure('c', 30)] };

  test('a runbook that failed on three hosts within the hour is stopped', () => {
    expect(ask({ facts: open })).toEqual({
      kind: 'refused',
      code: 'circuit_open',
      reason: 'runbook RB-LIN-SSH-001 failed on a, b, c lately, so its circuit breaker is open',
    });
  });

  test('one host failing often, old failures and other results do not open it', () => {
    const recentRuns = [
      failure('a', 1),
      failure('a', 2),
      failure('a', 3),
      failure('b', 60),
      { ...failure('c', 1), result: 'refused' as const },
      { ...failure('d', 1), result: 'would_have_run' as const },
      { ...failure('e', 1), result: 'healed' as const },
      { ...failure('f', 1), runbook: 'RB-LIN-NFT-001' },
      failure('g', 2),
    ];
    expect(ask({ facts: { ...quiet, recentRuns } })).toEqual(granted);
  });

  test("a person's approval passes it, and the story says so", () => {
    expect(ask({ facts: open, approvals: 1 })).toEqual({
      ...granted,
      notes: [
        "runbook RB-LIN-SSH-001 failed on a, b, c lately, so its circuit breaker is open; a person's approval passed it",
      ],
    });
  });

  test('a retry of a granted order is not stopped by it', () => {
    expect(ask({ facts: { ...open, alreadyClaimed: true } })).toEqual(granted);
  });
});

describe('maintenance window', () => {
  const maintenanceWindows = [{ days: ['mon'], from: '22:00', to: '23:30' }];
  const policy = aPolicy({ maintenanceWindows });
  const restarting = aRunbook({ disruption: 'service_restart' });
  const inWindow = Date.parse('2026-11-23T23:00:00.000Z');

  test('a disruptive runbook waits for it, approved or not', () => {
    const waiting = {
      kind: 'wait',
      retryAtMs: Date.parse('2026-11-23T22:00:00.000Z'),
      reason:
        'runbook RB-LIN-SSH-001 disrupts (service_restart) and waits for the maintenance window, which opens at 2026-11-23T22:00:00.000Z',
    };
    expect(ask({ policy, runbook: restarting })).toEqual(waiting);
    expect(ask({ policy, runbook: restarting, approvals: 2 })).toEqual(waiting);
  });

  test('within it a disruptive runbook runs, and must start before it is shut', () => {
    expect(ask({ policy, runbook: restarting, nowMs: inWindow })).toEqual({
      ...granted,
      startBeforeMs: Date.parse('2026-11-23T23:30:00.000Z'),
    });
  });

  test('a retry after the window is shut waits for the next though it holds its slot', () => {
    const facts = { ...quiet, alreadyClaimed: true };
    expect(ask({ policy, runbook: restarting, facts }).kind).toBe('wait');
  });

  test('what does not disrupt runs at any time, and so does anything where there are no windows', () => {
    expect(ask({ policy })).toEqual(granted);
    expect(ask({ runbook: restarting })).toEqual(granted);
  });

  test('a time zone nobody knows keeps disruptive runbooks waiting and says what to correct', () => {
    const decision = ask({ policy: { ...policy, timeZone: 'Mars/Olympus' }, runbook: restarting });
    expect(decision).toMatchObject({
      kind: 'wait',
      reason: expect.stringMatching(/Mars\/Olympus.*correct/) as string,
    });
  });
});

describe('blast radius', () => {
  test('by default one host in ten is healed at a time, then others wait', () => {
    const facts = { ...quiet, claims: [claim('srv-2')] };
    expect(ask({ facts })).toEqual({
      kind: 'wait',
      retryAtMs: nowMs + 15_000,
      reason: "runbook RB-LIN-SSH-001 may run on 1 of the site's 10 hosts at a time, and does",
    });
    expect(ask({ facts: { ...facts, hostCount: 11 } })).toEqual(granted);
  });

  test("other runbooks and the order's own claim do not count", () => {
    const claims = [claim('srv-2', 'order-2', 'RB-LIN-NFT-001'), claim('srv-1', 'order-1')];
    expect(ask({ facts: { ...quiet, claims } })).toEqual(granted);
  });

  test('a runbook never runs twice at a time on one host', () => {
    const facts = { ...quiet, claims: [claim('srv-1', 'order-2')], hostCount: 100 };
    expect(ask({ facts })).toMatchObject({
      kind: 'wait',
      retryAtMs: nowMs + 5_000,
      forHost: true,
      reason: 'runbook RB-LIN-SSH-001 already runs on srv-1',
    });
  });

  test('runbooks that may change the same things of a host run there one after the other', () => {
    const sshd = aRunbook({ touches: { paths: ['/etc/ssh/'] } });
    const facts = { ...quiet, claims: [claim('srv-1', 'order-2', 'RB-LIN-SSH-002')] };
    const waits = {
      kind: 'wait',
      retryAtMs: nowMs + 5_000,
      forHost: true,
      reason: 'runbook RB-LIN-SSH-002, which may change the same things, runs on srv-1',
    };
    expect(ask({ facts, runbook: sshd, touchesOf: () => sshd.touches })).toEqual(waits);
    expect(ask({ facts, runbook: sshd, touchesOf: () => undefined })).toEqual(waits);
    const elsewhere = aRunbook({ touches: { paths: ['/etc/audit/'] } }).touches;
    expect(ask({ facts, runbook: sshd, touchesOf: () => elsewhere })).toEqual(granted);
    expect(ask({ facts, host: 'srv-9', runbook: sshd, touchesOf: () => sshd.touches })).toEqual(granted);
  });

  test('a retry keeps its slot though the radius is used up meanwhile', () => {
    const facts = { ...quiet, claims: [claim('srv-2'), claim('srv-1', 'order-1')], alreadyClaimed: true };
    expect(ask({ facts })).toEqual(granted);
  });
});

describe('dry run', () => {
  const dry = { ...granted, dryRun: true };

  test('a site or a runbook in dry run is granted as such', () => {
    expect(ask({ policy: aPolicy({ dryRun: true }) })).toEqual(dry);
    expect(ask({ policy: aPolicy({ runbooks: { 'RB-LIN-SSH-001': { dryRun: true } } }) })).toEqual(dry);
    expect(ask({ policy: aPolicy({ runbooks: { 'RB-LIN-SSH-002': { dryRun: true } } }) })).toEqual(granted);
  });

  test('it waits for neither window nor radius, but is refused like any other', () => {
    const policy = aPolicy({
      dryRun: true,
      maintenanceWindows: [{ days: ['tue'], from: '22:00', to: '23:30' }],
    });
    const runbook = aRunbook({ disruption: 'reboot' });
    expect(ask({ policy, runbook, facts: { ...quiet, claims: [claim('srv-2')] } })).toEqual(dry);
    expect(ask({ policy, runbook: aRunbook({ risk: 'high' }) })).toEqual(refused('risk_above_ceiling'));
    expect(ask({ policy, status: 'unknown' })).toEqual(refused('status_not_healable'));
  });
});

const anyQuestion = fc.record({
  status: fc.constantFrom(...checkStatuses),
  risk: fc.constantFrom(...risks),
  repairsChecking: fc.boolean(),
  disruption: fc.constantFrom('none', 'service_restart', 'reboot'),
  riskCeiling: fc.constantFrom('low', 'medium'),
  dryRun: fc.boolean(),
  approvals: fc.integer({ min: 0, max: 3 }),
  hostCount: fc.integer({ min: 1, max: 40 }),
  busy: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }),
  failed: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }),
  hour: fc.integer({ min: 0, max: 23 }),
});

test('whatever is asked, nothing is granted that the promises exclude', () => {
  fc.assert(
    fc.property(anyQuestion, ({ risk, repairsChecking, disruption, riskCeiling, dryRun, hour, ...rest }) => {
      const policy = aPolicy({
        riskCeiling,
        dryRun,
        maintenanceWindows: [{ days: ['mon'], from: '20:00', to: '23:00' }],
      });
      const claims = rest.busy.map((host) => claim(`srv-${host}`));
      const recentRuns = rest.failed.map((host) => failure(`srv-${host}`, 5));
      const atMs = Date.parse('2026-11-23T00:00:00.000Z') + hour * 3_600_000;
      const decision = ask({
        policy,
        runbook: aRunbook({ risk, repairsChecking, disruption }),
        status: rest.status,
        approvals: rest.approvals,
        facts: {
          claims,
          recentRuns: recentRuns.map((run) => ({ ...run, at: new Date(atMs - 60_000).toISOString() })),
          hostCount: rest.hostCount,
          alreadyClaimed: false,
        },
        nowMs: atMs,
      });
      if (decision.kind === 'wait') expect(decision.retryAtMs).toBeGreaterThan(atMs);
      const mustNotRun =
        rest.status === 'pass' ||
        rest.status === 'unknown' ||
        (rest.status === 'error' && !repairsChecking) ||
        (risk === 'high' && rest.approvals < 2) ||
        (risk === 'medium' && riskCeiling === 'low' && rest.approvals < 1) ||
        (rest.approvals === 0 && new Set(rest.failed).size >= 3);
      const mustWait =
        !dryRun &&
        ((disruption !== 'none' && (hour < 20 || hour >= 23)) ||
          rest.busy.includes(1) ||
          rest.busy.length >= Math.max(1, Math.ceil(rest.hostCount / 10)));
      expect(decision.kind).toBe(mustNotRun ? 'refused' : mustWait ? 'wait' : 'granted');
      if (decision.kind === 'granted') expect(decision.dryRun).toBe(dryRun);
    }),
  );
});
