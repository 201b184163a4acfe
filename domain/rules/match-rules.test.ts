import * as fc from 'fast-check';
import { ruleSchema } from '../../contracts/catalog/rule.ts';
import { checkStatuses } from '../../contracts/observation.ts';
import { aCatalog, aRule, aRunbook } from '../../test/builders/catalog.ts';
import { anObservation, aPolicy } from '../../test/builders/incident.ts';
import { matchRules } from './match-rules.ts';
import type { RuleQuestion } from './rule-question.ts';

function question(overrides: Partial<RuleQuestion> = {}): RuleQuestion {
  return {
    observation: anObservation(),
    rules: [aRule()],
    runbooks: aCatalog().runbooks,
    policy: aPolicy(),
    lastUses: new Map(),
    at: '2026-11-23T10:00:00.000Z',
    ...overrides,
  };
}

/** The reason the only rule did not match for. */
function mismatch(overrides: Partial<RuleQuestion>): string | undefined {
  const { rule, trace } = matchRules(question(overrides));
  expect(rule).toBeUndefined();
  expect(trace).toHaveLength(1);
  return trace[0]?.reason;
}

test('a rule that matches proposes its runbook with its parameters', () => {
  const rule = aRule({ parameters: { mode: 'strict' } });
  const match = matchRules(question({ rules: [rule] }));
  expect(match.rule).toBe(rule);
  expect(match.proposal).toEqual({
    tier: 'L1',
    runbook: 'RB-LIN-SSH-001',
    parameters: { mode: 'strict' },
    by: 'L1-LIN-SSH-001',
    reason: 'Rule L1-LIN-SSH-001: SSH root login is refused again',
  });
  expect(match.trace).toEqual([expect.objectContaining({ rule: 'L1-LIN-SSH-001', matched: true })]);
});

test('lower priority numbers win, then the order of the catalogue', () => {
  const rules = [
    aRule({ id: 'L1-BUILT-IN-001' }),
    aRule({ id: 'L1-BUILT-IN-002' }),
    aRule({ id: 'L1-SYNCED-001', priority: 5, enabled: false }),
    aRule({ id: 'L1-SYNCED-002', priority: 5 }),
  ];
  const { rule, trace } = matchRules(question({ rules }));
  expect(rule?.id).toBe('L1-SYNCED-002');
  expect(trace).toEqual([
    { rule: 'L1-SYNCED-001', matched: false, reason: 'the rule is disabled' },
    { rule: 'L1-SYNCED-002', matched: true, reason: expect.any(String) as string },
    { rule: 'L1-BUILT-IN-001', matched: false, reason: 'rule L1-SYNCED-002 comes before and matches' },
    { rule: 'L1-BUILT-IN-002', matched: false, reason: 'rule L1-SYNCED-002 comes before and matches' },
  ]);
  const builtIn = matchRules(question({ rules: rules.slice(0, 2) }));
  expect(builtIn.rule?.id).toBe('L1-BUILT-IN-001');
});

test('a rule names its check exactly or by a prefix of whole words', () => {
  const rules = (check: string) => [aRule({ match: { check } })];
  expect(matchRules(question({ rules: rules('linux.ssh.*') })).rule).toBeDefined();
  expect(matchRules(question({ rules: rules('linux.*') })).rule).toBeDefined();
  expect(mismatch({ rules: rules('linux.ss.*') })).toBe('check linux.ssh.root_login is not linux.ss.*');
  expect(mismatch({ rules: rules('linux.ssh.root') })).toBe(
    'check linux.ssh.root_login is not linux.ssh.root',
  );
});

test('a rule names the system by family or by distribution', () => {
  const rules = (...os: string[]) => [aRule({ match: { check: 'linux.*', os } })];
  expect(matchRules(question({ rules: rules('linux') })).rule).toBeDefined();
  expect(matchRules(question({ rules: rules('ubuntu', 'debian') })).rule).toBeDefined();
  expect(mismatch({ rules: rules('windows', 'ubuntu') })).toBe('os linux (debian) is not windows or ubuntu');
});

test('a rule for other severities or statuses does not match', () => {
  const match = { check: 'linux.*', severity: ['critical'], status: ['fail'] };
  expect(mismatch({ rules: [aRule({ match })] })).toBe('severity high is not critical');
  const observation = anObservation({ status: 'warning' });
  expect(mismatch({ rules: [aRule({ match })], observation })).toBe('status warning is not fail');
});

test('a rule whose facts do not hold says which fact', () => {
  const facts = { fact: 'permit_root_login', equals: 'prohibit-password' };
  const rules = [aRule({ match: { check: 'linux.*', facts } })];
  expect(mismatch({ rules })).toMatch(/^facts do not match: .*permit_root_login/);
  const observation = anObservation({ facts: { permit_root_login: 'prohibit-password' } });
  expect(matchRules(question({ rules, observation })).rule).toBeDefined();
});

test('a rule works in its time window, by the clock of the site', () => {
  const timeWindow = { days: ['mon'], from: '04:00', to: '06:00' };
  const rules = [aRule({ match: { check: 'linux.*', timeWindow } })];
  const policy = aPolicy({ timeZone: 'America/New_York' });
  expect(matchRules(question({ rules, policy })).rule).toBeDefined();
  expect(mismatch({ rules })).toBe('2026-11-23T10:00:00.000Z is outside of the window mon 04:00-06:00 (UTC)');
  expect(mismatch({ rules, policy: aPolicy({ timeZone: 'Mars/Olympus' }) })).toBe(
    "the site's time zone Mars/Olympus is not known; correct it in the site's policy",
  );
});

test('a rule rests for its cooldown after it was used on the host', () => {
  const rules = [aRule({ cooldownMinutes: 30 })];
  const used = (at: string) => new Map([['L1-LIN-SSH-001', at]]);
  expect(mismatch({ rules, lastUses: used('2026-11-23T09:30:00.001Z') })).toBe(
    'the rule was used on this host at 2026-11-23T09:30:00.001Z and rests until 2026-11-23T10:00:00.001Z',
  );
  expect(matchRules(question({ rules, lastUses: used('2026-11-23T09:30:00.000Z') })).rule).toBeDefined();
  expect(matchRules(question({ lastUses: used('2026-11-23T09:59:59.000Z') })).rule).toBeDefined();
});

test('a rule whose runbook cannot run makes way for the next', () => {
  const rules = [aRule({ runbook: 'RB-LIN-SSH-002' }), aRule({ id: 'L1-LIN-SSH-002' })];
  const { rule, trace } = matchRules(question({ rules }));
  expect(rule?.id).toBe('L1-LIN-SSH-002');
  expect(trace[0]?.reason).toBe('runbook RB-LIN-SSH-002 is not in the catalogue');
  const policy = aPolicy({ runbooks: { 'RB-LIN-SSH-001': { enabled: false } } });
  expect(mismatch({ policy })).toBe('runbook RB-LIN-SSH-001 is disabled at this site');
  const { runbooks } = aCatalog({ runbooks: [aRunbook({ os: ['windows'] })] });
  expect(mismatch({ runbooks })).toBe('runbook RB-LIN-SSH-001 is not for linux');
});

test('an error only leads to a runbook that repairs the means of checking', () => {
  const observation = anObservation({ status: 'error' });
  expect(mismatch({ observation })).toMatch(/does not repair the means of checking/);
  const { runbooks } = aCatalog({ runbooks: [aRunbook({ repairsChecking: true })] });
  expect(matchRules(question({ observation, runbooks })).rule).toBeDefined();
});

test.each(['unknown', 'pass'])('%s leads to nothing, not even to a repair of checking', (status) => {
  const { runbooks } = aCatalog({ runbooks: [aRunbook({ repairsChecking: true })] });
  const observation = anObservation({ status });
  expect(mismatch({ observation, runbooks })).toBe(`status ${status} is not warning or fail or error`);
});

const anyRule = fc
  .record({
    check: fc.constantFrom('linux.ssh.root_login', 'linux.*', 'linux.time.sync'),
    status: fc.uniqueArray(fc.constantFrom('warning', 'fail', 'error'), { minLength: 1 }),
    priority: fc.integer({ min: 0, max: 20 }),
    enabled: fc.boolean(),
    runbook: fc.constantFrom('RB-LIN-SSH-001', 'RB-LIN-SSH-002', 'RB-LIN-NON-001'),
  })
  .map(({ check, status, ...rest }) => ({ ...rest, match: { check, status } }));

test('whatever the rules, at most one matches, all are traced, and H8 holds', () => {
  const repairing = aRunbook({ id: 'RB-LIN-SSH-002', repairsChecking: true });
  const { runbooks } = aCatalog({ runbooks: [aRunbook(), repairing] });
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 12 }), fc.constantFrom(...checkStatuses), (parts, status) => {
      const rules = parts.map((part, index) =>
        ruleSchema.parse({ id: `L1-ANY-${index}`, title: 'Some rule or other', ...part }),
      );
      const { rule, trace } = matchRules(
        question({ rules, runbooks, observation: anObservation({ status }) }),
      );
      expect(trace.map((entry) => entry.rule).toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
      expect(trace.filter(({ matched }) => matched).map((entry) => entry.rule)).toEqual(
        rule ? [rule.id] : [],
      );
      if (status === 'pass' || status === 'unknown') expect(rule).toBeUndefined();
      if (status === 'error') expect([undefined, repairing.id]).toContain(rule?.runbook);
    }),
  );
});
