import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { aCatalog, aRule, aRunbook } from '../../test/builders/catalog.ts';
import { anObservation, aPolicy } from '../../test/builders/incident.ts';
import { createTriageActivities } from './create-triage-activities.ts';

const at = '2026-11-23T10:00:00.000Z';

function triage(catalog: Catalog, lastUses: Record<string, string> = {}, more: Record<string, unknown> = {}) {
  const asked: string[][] = [];
  const activities = createTriageActivities({
    catalog: () => catalog,
    policies: { policyOf: async () => aPolicy({ planner: { enabled: false }, ...more }) },
    runs: {
      lastRuleUses: async (site, host) => {
        asked.push([site, host]);
        return new Map(Object.entries(lastUses));
      },
    },
  });
  return { activities, asked };
}

test('the answer has the title, the proposal, the trace and the policy of the severity', async () => {
  const result = await triage(aCatalog()).activities.matchRule({ observation: anObservation(), at });
  const policy = aPolicy();
  expect(result).toEqual({
    title: 'SSH refuses root logins',
    proposal: expect.objectContaining({ tier: 'L1', runbook: 'RB-LIN-SSH-001' }) as unknown,
    suggestion: expect.objectContaining({ tier: 'L3', runbook: 'RB-LIN-SSH-001' }) as unknown,
    trace: [expect.objectContaining({ matched: true })],
    judgedFacts: ['permit_root_login'],
    catalogProblems: [],
    policy: {
      sla: policy.sla.high,
      flapping: policy.flapping,
      plannerEnabled: false,
      applianceWaitMs: policy.applianceWaitMs,
    },
  });
});

test('the cooldown is asked for the host of the observation', async () => {
  const { activities, asked } = triage(aCatalog({ rules: [aRule({ cooldownMinutes: 5 })] }), {
    'L1-LIN-SSH-001': '2026-11-23T09:58:00.000Z',
  });
  const result = await activities.matchRule({ observation: anObservation(), at });
  expect(asked).toEqual([['main-street', 'srv-1']]);
  expect(result).not.toHaveProperty('proposal');
  expect(result.trace[0]?.reason).toContain('rests until');
});

test('what the site sets of the check, and of no other, goes with the policy for verification', async () => {
  const settings = { parameters: { days: 3 } };
  const checks = { 'linux.ssh.root_login': settings, 'linux.time.sync': settings };
  const { activities } = triage(aCatalog(), {}, { checks });
  const { policy } = await activities.matchRule({ observation: anObservation(), at });
  expect(policy.checkSettings).toEqual({
    'linux.ssh.root_login': { enabled: true, parameters: { days: 3 } },
  });
});

test('a check that is not in the catalogue goes by its id, and the file that would have defined it is named', async () => {
  const problem = { file: 'checks/new.yaml', line: 1, reason: 'is cut off', id: 'linux.new.check' };
  const observation = anObservation({ check: 'linux.new.check' });
  const result = await triage(aCatalog({ problems: [problem] })).activities.matchRule({ observation, at });
  expect(result).toMatchObject({ title: 'linux.new.check', catalogProblems: [problem] });
});

test('a person is offered the enabled runbook that is verified by the check, where there is one', async () => {
  const suggested = async (catalog: Catalog, more?: Record<string, unknown>) => {
    const { activities } = triage(catalog, {}, more);
    return (await activities.matchRule({ observation: anObservation(), at })).suggestion?.runbook;
  };
  const other = aRunbook({ id: 'RB-LIN-TIM-001', verify: { check: 'linux.time.sync' } });
  expect(await suggested(aCatalog({ runbooks: [other, aRunbook()] }))).toBe('RB-LIN-SSH-001');
  expect(await suggested(aCatalog({ runbooks: [other] }))).toBeUndefined();
  const runbooks = { 'RB-LIN-SSH-001': { enabled: false } };
  expect(await suggested(aCatalog(), { runbooks })).toBeUndefined();
});
