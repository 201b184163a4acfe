import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import { observationSchema } from '../../contracts/observation.ts';
import type { ScanInput } from '../../contracts/site-activities.ts';
import type { HostConfig } from '../config.ts';
import { buildRunbook } from '../orders/order-builder.ts';
import { LocalShellTransport } from '../transports/local-shell-transport.ts';
import { TransportError } from '../transports/transport-error.ts';
import type { Collector } from '../collectors/collector.ts';
import { Scanner } from './scanner.ts';

function check(id: string, script: string, over: Partial<CheckDefinition> = {}): CheckDefinition {
  return {
    id,
    title: 'A check of the tests',
    description: 'Says what its script prints.',
    os: ['linux'],
    severity: 'high',
    source: 'the tests',
    probe: { kind: 'script', script, sudo: false, timeoutMs: 5_000 },
    parameters: {},
    facts: { good: { type: 'boolean', required: true } },
    judge: [
      { when: { fact: 'good', equals: true }, status: 'pass', message: 'It is good.' },
      { when: { fact: 'good', equals: false }, status: 'fail', message: 'It is bad.' },
    ],
    controls: buildRunbook().controls,
    ...over,
  };
}

const host = (id: string): HostConfig => ({
  id,
  address: '192.0.2.1',
  port: 22,
  user: 'healer',
  baseline: 'linux-server',
  identityFile: '/k',
});

let transport: LocalShellTransport;
let collect: jest.MockedFunction<Collector>;
beforeEach(() => {
  collect = jest.fn<ReturnType<Collector>, Parameters<Collector>>(() => Promise.resolve({ good: true }));
  transport = new LocalShellTransport();
});

function scannerOf(checks: CheckDefinition[], over: Partial<Catalog> = {}): Scanner {
  const baseline = {
    id: 'linux-server',
    title: 'Servers',
    os: 'linux',
    checks: checks.map(({ id }) => id),
  } as const;
  const catalog: Catalog = {
    checks: new Map(checks.map((each) => [each.id, each])),
    runbooks: new Map(),
    rules: [],
    baselines: new Map([
      ['linux-server', { ...baseline, checks: [...baseline.checks], parameters: {}, checkParameters: {} }],
    ]),
    probes: new Map(),
    drills: new Map(),
    problems: [],
    ...over,
  };
  return new Scanner({
    site: 'main-street',
    hosts: [host('srv-1'), host('srv-2')],
    catalog: () => Promise.resolve(catalog),
    transport,
    collectors: { sntp: collect, tcp_reach: collect, tls_endpoint: collect },
    now: Date.now,
    newId: randomUUID,
  });
}
const scan = async (scanner: Scanner, input: Omit<ScanInput, 'site'> = {}) => {
  const report = await scanner.scanHosts({ site: 'main-street', hosts: ['srv-1'], ...input });
  for (const observation of report.observations)
    expect(observationSchema.parse(observation)).toEqual(observation);
  return report;
};
const good = check('linux.test.good', 'echo good=yes');
const bad = check('linux.test.bad', 'echo good=no');

test('holds every host to its baseline, passes included', async () => {
  const report = await scan(scannerOf([good, bad]), { hosts: ['srv-1', 'srv-2'] });
  expect(report.observations.map((seen) => [seen.host, seen.check, seen.status, seen.message])).toEqual(
    ['srv-1', 'srv-2'].flatMap((id) => [
      [id, good.id, 'pass', 'It is good.'],
      [id, bad.id, 'fail', 'It is bad.'],
    ]),
  );
  expect(report.hosts.map(({ reachable }) => reachable)).toEqual([true, true]);
  expect(report.observations[0]).toMatchObject({ source: 'scan', severity: 'high', site: 'main-street' });
});

test('gives every check the difference of the clocks as a fact', async () => {
  const skewed = check('linux.time.sync', 'echo clock_skew_ms=999999999', {
    facts: { clock_skew_ms: { type: 'integer', required: false } },
    judge: [
      { when: { fact: 'clock_skew_ms', lt: 60_000 }, status: 'pass', message: 'Off by {clock_skew_ms} ms.' },
    ],
  });
  const [seen] = (await scan(scannerOf([skewed]))).observations;
  expect(seen).toMatchObject({ status: 'pass', facts: { clock_skew_ms: seen!.clockSkewMs } });
});

test.each([
  [
    'exits otherwise',
    'echo good=yes; echo "no such tool" >&2; exit 3',
    'error',
    'probe_failed',
    /status 3 .*no such tool/,
  ],
  [
    'says the disk is full',
    'echo "sh: No space left on device" >&2; exit 2',
    'error',
    'disk_full',
    /is full/,
  ],
  ['prints nothing', ':', 'unknown', 'unreadable_answer', /cannot be judged/],
  ['prints what cannot be read', 'echo good=perhaps', 'unknown', 'unreadable_answer', /cannot be judged/],
  ['prints without end', 'yes', 'error', 'output_too_large', /more than/],
] as const)('a probe that %s is never pass or fail', async (_case, script, status, code, message) => {
  const [seen] = (await scan(scannerOf([check('linux.test.odd', script)]))).observations;
  expect(seen).toMatchObject({ status, error: { code } });
  expect(seen!.error!.message).toMatch(message);
  expect(seen!.error!.nextStep).not.toBe('');
});

test('a probe that hangs is an error, not a failure', async () => {
  const hanging = check('linux.test.hang', 'sleep 60', {
    probe: { kind: 'script', script: 'sleep 60', sudo: false, timeoutMs: 500 },
  });
  const [seen] = (await scan(scannerOf([hanging, good]))).observations;
  expect(seen).toMatchObject({ status: 'error', error: { code: 'timeout' } });
});

test('a host that cannot be logged in to is asked once and yields an error a check', async () => {
  transport.failNext(
    'srv-1',
    new TransportError('authentication_failed', 'refused', { mayHaveStarted: false }),
  );
  const report = await scan(scannerOf([good, bad]));
  expect(report.observations.map(({ status, error }) => [status, error?.code])).toEqual([
    ['error', 'authentication_failed'],
    ['error', 'authentication_failed'],
  ]);
  expect(report.hosts[0]!.reachable).toBe(false);
  expect(transport.batches).toHaveLength(1);
});

test('an unknown host and an unknown check are errors by name', async () => {
  const scanner = scannerOf([good]);
  const nowhere = await scan(scanner, { hosts: ['srv-9'], checks: [good.id] });
  expect(nowhere.observations).toMatchObject([
    { status: 'error', check: good.id, error: { code: 'host_unknown' } },
  ]);
  const report = await scan(scanner, { checks: ['linux.test.none'] });
  expect(report.observations).toMatchObject([{ status: 'error', error: { code: 'check_unknown' } }]);
});

test('a check whose file is broken is an error that names file and line, and the others go on', async () => {
  const problem = { file: 'checks/linux/test-half.yaml', line: 7, reason: 'unexpected end' };
  const scanner = scannerOf([good], { problems: [problem] });
  const report = await scan(scanner, { checks: ['linux.test.half', good.id] });
  expect(report.observations.map(({ status }) => status)).toEqual(['error', 'pass']);
  expect(report.observations[0]!.error).toMatchObject({ code: 'catalog_invalid' });
  expect(report.observations[0]!.error!.message).toContain('checks/linux/test-half.yaml:7: unexpected end');
});

test('a host without a usable baseline shows as an error of the whole host', async () => {
  const report = await scan(scannerOf([good], { baselines: new Map() }));
  expect(report.observations).toMatchObject([
    { status: 'error', check: 'malachor.host', error: { code: 'catalog_invalid' } },
  ]);
});

test('a verification is an observation of its own kind, with the system, in one round trip', async () => {
  const seen = await scannerOf([good]).probeCheck({ host: 'srv-1', check: good.id });
  expect(seen).toMatchObject({ status: 'pass', source: 'verify', os: { family: 'linux' } });
  expect(seen.os.id).not.toBe('unknown');
  expect(transport.batches).toHaveLength(1);
  expect(transport.requests).toHaveLength(0);
});

test('a scan is one round trip a host, whatever the number of checks, and names the baseline', async () => {
  const report = await scan(scannerOf([good, bad, { ...good, id: 'linux.test.third' }]));
  expect(transport.batches).toHaveLength(1);
  expect(transport.requests).toHaveLength(0);
  expect(report.hosts).toMatchObject([{ host: 'srv-1', baseline: 'linux-server', reachable: true }]);
});

test('checks that share a reading have it taken once, with the longest of their limits', async () => {
  const script = 'echo good=yes; echo other=3';
  const probe = (timeoutMs: number) =>
    ({ probe: { kind: 'script', script, sudo: false, timeoutMs } }) as const;
  const other = check('linux.test.other', script, {
    ...probe(9_000),
    facts: { other: { type: 'integer', required: true } },
    judge: [{ when: { fact: 'other', gt: 2 }, status: 'fail', message: 'There are {other}.' }],
  });
  const report = await scan(scannerOf([check('linux.test.one', script, probe(1_000)), other]));
  expect(report.observations.map(({ status, message }) => [status, message])).toEqual([
    ['pass', 'It is good.'],
    ['fail', 'There are 3.'],
  ]);
  expect(transport.batches[0]!.probes.map(({ timeoutMs }) => timeoutMs)).toEqual([9_000]);
});

const limit = {
  parameters: {
    limit: { type: 'integer', description: 'The most there may be', min: 0, max: 9, default: 1 },
  },
  facts: { count: { type: 'integer', required: true } },
  judge: [
    { when: { fact: 'count', lte: { parameter: 'limit' } }, status: 'pass', message: 'At most {limit}.' },
    { when: { fact: 'count', gt: { parameter: 'limit' } }, status: 'fail', message: 'More than {limit}.' },
  ],
} as const satisfies Partial<CheckDefinition>;
const limited = check('linux.test.limited', 'echo "count=$((P_LIMIT * P_LIMIT))"', {
  ...limit,
  judge: [...limit.judge],
});

test('values that only the judgement reads do not keep checks from sharing a reading', async () => {
  const script = 'echo count=2';
  const strict = check('linux.test.strict', script, { ...limit, judge: [...limit.judge] });
  const lax = { ...strict, id: 'linux.test.lax' };
  const settings = { [lax.id]: { parameters: { limit: 5 } } };
  const report = await scan(scannerOf([strict, lax]), { settings });
  expect(report.observations.map(({ status, message }) => [status, message])).toEqual([
    ['fail', 'More than 1.'],
    ['pass', 'At most 5.'],
  ]);
  expect(transport.batches[0]!.probes).toHaveLength(1);
});

test('the values of the site reach script and judgement', async () => {
  const settings = { [limited.id]: { parameters: { limit: 2 } } };
  const scanner = scannerOf([limited]);
  const plain = (await scan(scanner)).observations[0];
  const set = (await scan(scanner, { settings })).observations[0];
  expect([plain, set].map((seen) => [seen?.facts['count'], seen?.message])).toEqual([
    [1, 'At most 1.'],
    [4, 'More than 2.'],
  ]);
  const verified = await scanner.probeCheck({ host: 'srv-1', check: limited.id, settings });
  expect(verified.message).toBe('More than 2.');
});

test('a value that the check does not accept is an error, and never runs', async () => {
  const settings = { [limited.id]: { parameters: { limit: 10 } } };
  const report = await scan(scannerOf([limited, good]), { settings });
  expect(report.observations).toMatchObject([
    {
      status: 'error',
      error: { code: 'catalog_invalid', message: expect.stringContaining('limit') as string },
    },
    { status: 'pass' },
  ]);
  expect(transport.batches[0]!.probes).toHaveLength(1);
});

test('a check that the site turned off is not run, and not reported', async () => {
  const settings = { [bad.id]: { enabled: false } };
  const report = await scan(scannerOf([good, bad]), { settings });
  expect(report.observations.map((seen) => seen.check)).toEqual([good.id]);
});

describe('what the appliance reads by itself', () => {
  const own = (id: string) =>
    check(id, '', { probe: { kind: 'collector', collector: 'tcp_reach', timeoutMs: 500 } });

  test('is judged like a script’s answer, taken once, and asked with the address of the host', async () => {
    const report = await scan(scannerOf([own('linux.test.own'), own('linux.test.again'), bad]));
    expect(report.observations.map(({ status }) => status)).toEqual(['pass', 'pass', 'fail']);
    expect(collect).toHaveBeenCalledTimes(1);
    expect(collect.mock.calls[0]![2]).toEqual({ address: '192.0.2.1' });
  });

  test('is an error where it does not end in time or fails, and no other check waits for it', async () => {
    collect.mockImplementation(
      (_parameters, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        }),
    );
    const report = await scan(scannerOf([own('linux.test.own'), good]));
    expect(report.observations).toMatchObject([
      { status: 'error', error: { code: 'timeout' } },
      { status: 'pass' },
    ]);
    collect.mockRejectedValue(new Error('with a secret in it'));
    const [failed] = (await scan(scannerOf([own('linux.test.own')]))).observations;
    expect(failed).toMatchObject({ status: 'error', error: { code: 'probe_failed' } });
    expect(JSON.stringify(failed)).not.toContain('secret');
  });
});

test('a verification of what is not known is an error', async () => {
  const scanner = scannerOf([good]);
  expect((await scanner.probeCheck({ host: 'srv-9', check: good.id })).error?.code).toBe('host_unknown');
  expect((await scanner.probeCheck({ host: 'srv-1', check: 'linux.no.such' })).error?.code).toBe(
    'check_unknown',
  );
});
