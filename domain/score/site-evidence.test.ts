import { metrics } from '../../contracts/catalog/check.ts';
import { checkOverrideSchema } from '../../contracts/site-policy.ts';
import { aBaseline, aCatalog, aCheck } from '../../test/builders/catalog.ts';
import { anObservation } from '../../test/builders/incident.ts';
import { siteEvidence, type SiteFacts } from './site-evidence.ts';

const at = '2026-11-23T12:00:00.000Z';
const os = { family: 'linux', id: 'debian', version: '13' } as const;
const check = 'linux.ssh.root_login';
const catalog = aCatalog({
  checks: [aCheck({ metric: 'network' }), aCheck({ id: 'linux.ssh.banner' })],
  baselines: [aBaseline({ checks: [check, 'linux.ssh.banner'] })],
});

function evidence(facts: Partial<SiteFacts> = {}, known = catalog) {
  const site = {
    site: 'main-street',
    hosts: [{ id: 'srv-1', os }],
    results: [],
    overrides: {},
    accepted: [],
  };
  return siteEvidence(known, { ...site, ...facts }, at).hosts[0]!.checks;
}

test('a check of the baseline that was never run is missing, one without a metric does not count', () => {
  expect(evidence()).toMatchObject([{ check, metric: 'network', status: 'missing' }]);
});

test('a result counts as it is, with what it says to do next', () => {
  const error = { code: 'timeout', message: 'too slow', nextStep: 'Look at the host.' };
  expect(evidence({ results: [anObservation({ status: 'error', error })] })).toMatchObject([
    { status: 'error', nextStep: 'Look at the host.' },
  ]);
});

test('a pass that is too old is no pass any more', () => {
  const passed = (observedAt: string) =>
    evidence({ results: [anObservation({ status: 'pass', observedAt })] })[0]?.status;
  expect(passed('2026-11-21T12:00:00.000Z')).toBe('pass');
  expect(passed('2026-11-21T11:59:59.999Z')).toBe('stale');
});

test('what the site turned off is lost with its reason, whatever it said before', () => {
  const overrides = { [check]: checkOverrideSchema.parse({ enabled: false, reason: 'old hardware' }) };
  expect(evidence({ overrides, results: [anObservation({ status: 'pass' })] })).toMatchObject([
    { status: 'disabled', message: 'the site turned it off: old hardware' },
  ]);
});

test('an accepted risk keeps its status and says until when it is accepted', () => {
  const expiresAt = '2026-12-01T00:00:00.000Z';
  const accepted = [{ host: 'srv-1', check, expiresAt }];
  expect(evidence({ accepted, results: [anObservation()] })).toMatchObject([
    { status: 'fail', acceptedUntil: expiresAt },
  ]);
});

test('a check that the catalogue does not have is unknown in every metric, for it may belong to any', () => {
  const broken = { ...catalog, checks: new Map([...catalog.checks].filter(([id]) => id !== check)) };
  const found = evidence({ results: [anObservation({ status: 'pass' })] }, broken);
  expect(found.map(({ metric }) => metric)).toEqual([...metrics]);
  expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['unknown']));
});

test('a host is held to the baseline its appliance named', () => {
  const desk = aBaseline({ id: 'linux-desk', checks: ['linux.ssh.banner'] });
  const known = { ...catalog, baselines: new Map([...catalog.baselines, [desk.id, desk]]) };
  expect(evidence({ hosts: [{ id: 'srv-1', os, baseline: 'linux-desk' }] }, known)).toEqual([]);
  expect(evidence({ hosts: [{ id: 'srv-1', os, baseline: 'linux-server' }] }, known)).toHaveLength(1);
});
