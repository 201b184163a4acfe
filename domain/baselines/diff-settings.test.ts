import type { Baseline } from '../../contracts/catalog/baseline.ts';
import { checkOverrideSchema } from '../../contracts/site-policy.ts';
import { sha256 } from '../../evidence/portable/sha256.ts';
import { aBaseline, aCatalog, aCheck } from '../../test/builders/catalog.ts';
import { anObservation } from '../../test/builders/incident.ts';
import { fullScore } from '../score/score.ts';
import type { SiteFacts } from '../score/site-evidence.ts';
import { diffDigest } from './diff-digest.ts';
import { diffSettings } from './diff-settings.ts';
import type { SettingsProposal } from './refuse-proposal.ts';

const at = '2026-11-23T12:00:00.000Z';
const tries = {
  type: 'integer',
  description: 'Attempts that are allowed',
  min: 1,
  max: 10,
  default: 4,
};
/** Judged by a parameter that the probe does not read. */
const judgedCheck = aCheck({
  id: 'linux.ssh.max_auth_tries',
  metric: 'network',
  parameters: { tries },
  facts: { max_auth_tries: { type: 'integer' } },
  judge: [
    { when: { fact: 'max_auth_tries', lte: { parameter: 'tries' } }, status: 'pass', message: 'few enough' },
    {
      when: { fact: 'max_auth_tries', exists: true },
      status: 'fail',
      message: '{max_auth_tries} are allowed',
    },
  ],
});
/** Its probe reads the parameter itself. */
const readCheck = aCheck({
  id: 'linux.files.owner',
  metric: 'network',
  parameters: { path: { type: 'string', description: 'A file to look at', pattern: '/.*', default: '/etc' } },
  probe: { script: 'stat -c owner=%U "$P_PATH"' },
  facts: { owner: { type: 'string' } },
  judge: [{ when: { fact: 'owner', equals: 'root' }, status: 'pass', message: 'root owns it' }],
});
const baseline = aBaseline({ checks: [judgedCheck.id, readCheck.id] });
const catalog = aCatalog({ checks: [judgedCheck, readCheck, aCheck()], baselines: [baseline] });
const os = { family: 'linux', id: 'debian', version: '13' } as const;

const judged = anObservation({
  check: judgedCheck.id,
  status: 'pass',
  facts: { max_auth_tries: 4 },
  message: 'few enough',
});
const read = anObservation({ check: readCheck.id, status: 'pass', facts: { owner: 'root' } });

function aSite(overrides: Partial<SiteFacts> = {}): SiteFacts {
  return {
    site: 'main-street',
    hosts: [{ id: 'srv-1', os }],
    results: [judged, read],
    overrides: {},
    accepted: [],
    ...overrides,
  };
}

const propose = (check: string, override: Record<string, unknown>): SettingsProposal => ({
  checks: { [check]: checkOverrideSchema.parse(override) },
});
const diff = (facts: SiteFacts, proposal: SettingsProposal) => diffSettings(catalog, facts, proposal, at);

test('a parameter that only judges tells what stored facts become, in status and points', () => {
  const { rows, unchanged, score } = diff(aSite(), propose(judgedCheck.id, { parameters: { tries: 3 } }));
  expect(rows).toEqual([
    {
      host: 'srv-1',
      check: judgedCheck.id,
      change: 'parameters',
      before: 'pass',
      after: 'fail',
      message: '4 are allowed',
      parameters: [{ name: 'tries', before: 4, after: 3 }],
    },
  ]);
  expect(unchanged).toBe(1);
  expect(score).toEqual({ before: fullScore / 10, after: fullScore / 20 });
});

test('a parameter that the probe reads cannot be known without a new scan', () => {
  const { rows, score } = diff(aSite(), propose(readCheck.id, { parameters: { path: '/srv' } }));
  expect(rows).toMatchObject([{ change: 'parameters', before: 'pass', after: 'needs_scan' }]);
  expect(rows[0]?.message).toContain('path');
  expect(score.after).toBeLessThan(score.before);
});

test.each([
  ['could not be carried out', [{ ...judged, status: 'error' as const, facts: {} }], 'error'],
  ['was looked at too long ago', [{ ...judged, observedAt: '2026-11-20T12:00:00.000Z' }], 'stale'],
  ['was never looked at', [], 'missing'],
])('a check that %s needs a scan', (_why, results, before) => {
  const { rows } = diff(aSite({ results }), propose(judgedCheck.id, { parameters: { tries: 3 } }));
  expect(rows).toMatchObject([{ before, after: 'needs_scan' }]);
});

test('turning a check off is shown, and loses its points', () => {
  const { rows, score } = diff(aSite(), propose(judgedCheck.id, { enabled: false, reason: 'not in use' }));
  expect(rows).toMatchObject([{ change: 'turned_off', before: 'pass', after: 'disabled' }]);
  expect(score).toEqual({ before: fullScore / 10, after: fullScore / 20 });
});

test('a changed baseline shows what it adds and what it takes away', () => {
  const changed: Baseline = aBaseline({ checks: [judgedCheck.id, 'linux.ssh.root_login'] });
  const { rows, unchanged } = diff(aSite(), { checks: {}, baseline: changed });
  expect(rows.map(({ check, change, before, after }) => [check, change, before, after])).toEqual([
    [readCheck.id, 'removed', 'pass', 'not_checked'],
    ['linux.ssh.root_login', 'added', 'not_checked', 'needs_scan'],
  ]);
  expect(unchanged).toBe(1);
});

test('what a baseline sets is laid under what the site sets', () => {
  const changed = aBaseline({
    checks: baseline.checks,
    checkParameters: { [judgedCheck.id]: { tries: 2 } },
  });
  const site = { [judgedCheck.id]: checkOverrideSchema.parse({ parameters: { tries: 5 } }) };
  expect(diff(aSite({ overrides: site }), { checks: {}, baseline: changed }).rows).toEqual([]);
  expect(diff(aSite(), { checks: {}, baseline: changed }).rows).toMatchObject([{ after: 'fail' }]);
});

test('hosts whose baseline is not known are judged by the checks that were run on them', () => {
  const several = aCatalog({
    checks: [judgedCheck, readCheck],
    baselines: [baseline, aBaseline({ id: 'linux-desk' })],
  });
  const { rows, unchanged } = diffSettings(
    several,
    aSite(),
    propose(judgedCheck.id, { parameters: { tries: 3 } }),
    at,
  );
  expect(rows).toMatchObject([{ host: 'srv-1', after: 'fail' }]);
  expect(unchanged).toBe(1);
});

test('the same settings are no difference', () => {
  const { rows, unchanged, score } = diff(aSite(), propose(judgedCheck.id, { parameters: { tries: 4 } }));
  expect(rows).toEqual([]);
  expect(unchanged).toBe(2);
  expect(score.before).toBe(score.after);
});

test('the digest stands for what was shown: it moves with a status or a setting, not with words', () => {
  const proposal = propose(judgedCheck.id, { parameters: { tries: 3 } });
  const digest = (facts: SiteFacts, proposed = proposal) =>
    diffDigest(facts.site, facts.overrides, proposed, diff(facts, proposed), sha256);
  const shown = digest(aSite());
  expect(digest(aSite({ results: [{ ...judged, message: 'in other words', id: read.id }, read] }))).toBe(
    shown,
  );
  expect(digest(aSite({ results: [{ ...judged, status: 'warning' }, read] }))).not.toBe(shown);
  expect(digest(aSite(), propose(judgedCheck.id, { parameters: { tries: 2 } }))).not.toBe(shown);
  const site = { [readCheck.id]: checkOverrideSchema.parse({ enabled: false, reason: 'x' }) };
  expect(digest(aSite({ overrides: site }))).not.toBe(shown);
});
