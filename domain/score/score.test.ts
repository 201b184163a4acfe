import * as fc from 'fast-check';
import { metrics } from '../../contracts/catalog/check.ts';
import { severities } from '../../contracts/observation.ts';
import { evidenceStatuses, type CheckEvidence, type HostEvidence, type SiteEvidence } from './evidence.ts';
import { metricWeights } from './metric-weights.ts';
import { fullScore, microPointsOfPoint, scoreHost, scoreSite, scoreSites, wholePoints } from './score.ts';

function evidence(overrides: Partial<CheckEvidence> = {}): CheckEvidence {
  return {
    check: 'linux.patch.pending',
    title: 'Updates are in',
    metric: 'patching',
    severity: 'high',
    status: 'pass',
    message: 'nothing is pending',
    ...overrides,
  };
}

/** A check of every metric, all passing but `overrides`. */
function wholeHost(host: string, overrides: Partial<CheckEvidence> = {}): HostEvidence {
  return {
    host,
    checks: metrics.map((metric) =>
      evidence({ check: `linux.${metric}.check`, metric, ...(metric === 'patching' ? overrides : {}) }),
    ),
  };
}

const sumOf = (parts: readonly { microPoints: number }[]) =>
  parts.reduce((all, { microPoints }) => all + microPoints, 0);

test('the weights sum to a hundred', () => {
  expect(Object.values(metricWeights).reduce((all, weight) => all + weight, 0)).toBe(100);
});

test('a host whose every metric passes has a hundred points and no loss', () => {
  expect(scoreHost('site', wholeHost('srv'))).toMatchObject({ microPoints: fullScore, losses: [] });
});

test.each(evidenceStatuses.filter((status) => status !== 'pass' && status !== 'warning'))(
  'unknown is not pass: %s loses the whole',
  (status) => {
    const score = scoreHost('site', wholeHost('srv', { status, message: 'why it is so' }));
    expect(score.microPoints).toBe(80 * microPointsOfPoint);
    expect(score.losses).toEqual([
      expect.objectContaining({
        host: 'srv',
        check: 'linux.patching.check',
        metric: 'patching',
        status,
        microPoints: 20 * microPointsOfPoint,
        reason: 'Updates are in: why it is so',
        nextStep: expect.stringMatching(/\w{4}/) as string,
      }),
    ]);
  },
);

test('a warning loses half', () => {
  expect(scoreHost('site', wholeHost('srv', { status: 'warning' })).microPoints).toBe(
    90 * microPointsOfPoint,
  );
});

test('a metric that nothing measures has none of its points', () => {
  const score = scoreHost('site', { host: 'srv', checks: [evidence()] });
  expect(score.microPoints).toBe(20 * microPointsOfPoint);
  expect(score.losses.map(({ status, metric, reason }) => [status, metric, reason])).toContainEqual([
    'not_measured',
    'backup',
    'Nothing checks backup on srv',
  ]);
});

test('an accepted risk is lost all the same, and shown as accepted', () => {
  const acceptedUntil = '2027-01-01T00:00:00.000Z';
  const score = scoreHost('site', wholeHost('srv', { status: 'fail', acceptedUntil }));
  expect(score.losses).toEqual([
    expect.objectContaining({ acceptedUntil, microPoints: 20 * microPointsOfPoint }),
  ]);
});

test('a severer check counts more than a lighter one of the same metric', () => {
  const checks = [
    evidence({ check: 'a.low', severity: 'low', status: 'fail' }),
    evidence({ check: 'b.critical', severity: 'critical' }),
  ];
  const lost = scoreHost('site', { host: 'srv', checks }).losses.find(({ check }) => check === 'a.low');
  expect(lost?.microPoints).toBe(4 * microPointsOfPoint);
});

test('a site without hosts has no points, and the whole hundred is explained', () => {
  const score = scoreSite({ site: 'new', hosts: [] });
  expect(score.microPoints).toBe(0);
  expect(sumOf(score.losses)).toBe(fullScore);
});

test('a large site counts no more than a small one', () => {
  const bad = wholeHost('bad', { status: 'fail' });
  const { microPoints } = scoreSites([
    { site: 'small', hosts: [wholeHost('a')] },
    { site: 'large', hosts: [bad, { ...bad, host: 'bad-2' }] },
  ]);
  expect(microPoints).toBe(90 * microPointsOfPoint);
});

test('points are shown rounded down, so that 100 means that nothing is lost', () => {
  expect(wholePoints(fullScore)).toBe(100);
  expect(wholePoints(fullScore - 1)).toBe(99);
});

const anyEvidence = fc.record({
  check: fc.integer({ min: 0, max: 30 }).map((number) => `linux.check.n${number}`),
  title: fc.constant('A check'),
  metric: fc.constantFrom(...metrics),
  severity: fc.constantFrom(...severities),
  status: fc.constantFrom(...evidenceStatuses),
  message: fc.constant('found'),
});
const anyHost = fc.record({
  host: fc.integer({ min: 0, max: 500 }).map((number) => `h${number}`),
  checks: fc.uniqueArray(anyEvidence, { maxLength: 20, selector: ({ check }) => check }),
});
const anySite = fc.record({
  site: fc.integer({ min: 0, max: 500 }).map((number) => `s${number}`),
  hosts: fc.uniqueArray(anyHost, { maxLength: 8, selector: ({ host }) => host }),
});

test('points and losses sum to a hundred exactly, for host, site and several sites', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anySite, { minLength: 1, maxLength: 5, selector: ({ site }) => site }),
      (sites) => {
        const scores = sites.map(scoreSite);
        for (const site of sites) for (const host of site.hosts) scores.push(scoreHost(site.site, host));
        for (const score of scores) expect(score.microPoints + sumOf(score.losses)).toBe(fullScore);
        const all = scoreSites(sites);
        expect(all.microPoints + sumOf(all.sites.flatMap(({ losses }) => losses))).toBe(fullScore);
        for (const { microPoints, losses, of } of all.sites) expect(microPoints + sumOf(losses)).toBe(of);
      },
    ),
  );
});

test('the parts of a score by metric sum to it', () => {
  fc.assert(
    fc.property(anySite, (site) => {
      const score = scoreSite(site);
      expect(sumOf(score.metrics)).toBe(score.microPoints);
      for (const { microPoints, of } of score.metrics) {
        expect(microPoints).toBeGreaterThanOrEqual(0);
        expect(microPoints).toBeLessThanOrEqual(of);
      }
    }),
  );
});

/** Better comes later. */
const better = ['fail', 'warning', 'pass'] as const;

test('a check that gets better never lowers the score, and none but a pass or warning is worth anything', () => {
  fc.assert(
    fc.property(anySite, fc.nat(), fc.nat(), (site, hostIndex, checkIndex) => {
      const host = site.hosts[hostIndex % Math.max(1, site.hosts.length)];
      const subject = host?.checks[checkIndex % Math.max(1, host.checks.length)];
      fc.pre(subject !== undefined);
      const points = evidenceStatuses.map((status) => ({
        status,
        points: scoreSite(withStatus(site, host!.host, subject.check, status)).microPoints,
      }));
      const of = (wanted: string) => points.find(({ status }) => status === wanted)!.points;
      for (const [index, status] of better.slice(1).entries())
        expect(of(status)).toBeGreaterThanOrEqual(of(better[index]!));
      expect(of('pass')).toBeGreaterThan(of('fail'));
      for (const { status, points: each } of points)
        if (status !== 'pass' && status !== 'warning') expect(each).toBe(of('fail'));
    }),
  );
});

test('the order in which hosts and checks are told makes no difference', () => {
  const twoOrders = anySite.chain((site) =>
    fc.shuffledSubarray(site.hosts, { minLength: site.hosts.length }).map((hosts) => ({
      site,
      other: { ...site, hosts: hosts.map((host) => ({ ...host, checks: [...host.checks].reverse() })) },
    })),
  );
  fc.assert(
    fc.property(twoOrders, ({ site, other }) => {
      expect(scoreSite(other)).toEqual(scoreSite(site));
    }),
  );
});

function withStatus(
  site: SiteEvidence,
  host: string,
  check: string,
  status: CheckEvidence['status'],
): SiteEvidence {
  return {
    ...site,
    hosts: site.hosts.map((each) =>
      each.host === host
        ? { ...each, checks: each.checks.map((one) => (one.check === check ? { ...one, status } : one)) }
        : each,
    ),
  };
}
