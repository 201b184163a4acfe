import type { Facts } from '../../contracts/facts.ts';
import { chronySources } from '../../domain/time/chrony-sources.ts';
import { readMeasurement } from '../../domain/time/measurement-line.ts';
import { sntpServers } from '../../domain/time/sntp-servers.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { nodeSntpDeps } from './node-sntp-deps.ts';
import { createSntpCollector } from './sntp.ts';
import { startTimeServer, type TimeServer } from './testing/time-server.ts';

jest.setTimeout(120_000);
const lab = testLab();
/** Ports of the servers that the host runs beside its own chronyd; the lab's clock source is the fifth. */
const ports = [12_301, 12_302, 12_303, 12_304];
let host: LabHost;
/** The bridge, on which the lab's own clock source serves this machine's time. */
let bridge: string;
let liars: TimeServer[] = [];
afterEach(async () => {
  await Promise.all(liars.map((server) => server.close()));
  liars = [];
});
beforeAll(async () => {
  host = await lab.addHost();
  bridge = host.address.replace(/\d+$/, '1');
  await lab.run(
    host.id,
    `set -eu
    nft flush ruleset
    for port in ${ports.join(' ')}; do
      systemd-run --quiet --unit "time-$port" chronyd -x -d -u root 'local stratum 9' allow "port $port" \
        'cmdport 0' 'bindcmdaddress /' "pidfile /run/time-$port.pid"
    done`,
  );
});
afterAll(() => lab.stop());

const never = new AbortController().signal;
const trueServers = () => [bridge, ...ports.map((port) => `${host.address}:${port}`)];
const collect = (servers: readonly string[]): Promise<Facts> =>
  createSntpCollector({ ...nodeSntpDeps, spacingMs: 200 })({ servers: servers.join(','), samples: 4 }, never);
async function serveShifted(offsetMs: number): Promise<TimeServer> {
  const server = await startTimeServer(offsetMs, undefined, bridge);
  liars.push(server);
  return server;
}

/** Asks until all have started to serve; then the answer. */
async function collectFromAll(servers: readonly string[]): Promise<Facts> {
  const deadlineMs = performance.now() + 60_000;
  for (;;) {
    const facts = await collect(servers);
    if ((facts['silent'] as string[]).length === 0) return facts;
    if (performance.now() > deadlineMs) throw new Error(JSON.stringify(facts));
  }
}

/** The offset in milliseconds that a real chronyd measures against a server, without setting its clock. */
async function chronydSays(server: string): Promise<number> {
  const [address = '', port = '123'] = server.split(':');
  const { stdout, stderr } = await lab.run(
    host.id,
    `chronyd -x -Q -t 20 -u root 'server ${address} port ${port} iburst' 'pidfile /run/asks.pid' 2>&1`,
  );
  const seconds = /System clock wrong by (-?\d+\.\d+) seconds/.exec(stdout)?.[1];
  if (seconds === undefined) throw new Error(`${stdout}${stderr}`);
  return Number(seconds) * 1_000;
}

test('five real servers on our own clock agree within milliseconds that it is right', async () => {
  const facts = await collectFromAll(trueServers());
  const judged = sntpServers(facts, {});
  expect(judged).toMatchObject({
    verdict: 'pass',
    servers_agreeing: 5,
    falsetickers: [],
    leap: 'none',
    max_stratum: 9,
  });
  expect(judged['clock_offset_abs_ms']).toBeLessThan(5);
  expect(judged['spread_ms']).toBeLessThan(10);
});

test('two servers with a shifted clock are named among five real ones', async () => {
  const shifted = [await serveShifted(7_000), await serveShifted(-7_000)];
  const facts = await collectFromAll([...trueServers(), ...shifted.map(({ name }) => name)]);
  const judged = sntpServers(facts, {});
  expect(judged).toMatchObject({ verdict: 'warning', falsetickers: shifted.map(({ name }) => name) });
  expect(judged['clock_offset_abs_ms']).toBeLessThan(5);
});

test.each([0, 5_250, -86_400_000])('a real chronyd measures a shift of %d ms as we do', async (shiftMs) => {
  const { name } = await serveShifted(shiftMs);
  const facts = await collectFromAll([name, ...trueServers()]);
  const ours = readMeasurement((facts['measurements'] as string[])[0]!)!;
  const theirs = await chronydSays(name);
  expect(Math.abs(ours.offsetMs - theirs)).toBeLessThan(5);
  expect(Math.abs(ours.offsetMs - shiftMs)).toBeLessThan(5);
});

test('what a real chronyc prints of the host is read: it follows the clock source, without authentication', async () => {
  const read = async (command: string) =>
    (await lab.run(host.id, `chronyc -n -c ${command}`)).stdout.split('\n').filter((line) => line !== '');
  await lab.run(host.id, 'chronyc waitsync 60 0.1 0 1');
  const [sources, [tracking = ''], authdata] = [
    await read('sources'),
    await read('tracking'),
    await read('authdata'),
  ];
  const facts = chronySources({ sources, tracking, authdata }, {});
  expect(facts).toMatchObject({
    synchronised: true,
    reference: bridge,
    stratum: 9,
    leap: 'none',
    source_count: 1,
    usable_count: 1,
    max_source_stratum: 8,
    unreachable_sources: [],
    nts_count: 0,
    authenticated_count: 0,
    unauthenticated_sources: [bridge],
  });
  expect(facts['offset_abs_ms']).toBeLessThan(50);
});

test('a real server that follows only its own clock is no source of time for its host', async () => {
  const { stdout } = await lab.run(
    host.id,
    `set -eu
    systemd-run --quiet --unit alone chronyd -x -d -u root 'local stratum 9' 'port 0' 'cmdport 32300' 'pidfile /run/alone.pid' \
      'bindcmdaddress /'
    for _ in $(seq 100); do
      line=$(chronyc -h 127.0.0.1 -p 32300 -n -c tracking) || :
      case $line in 7F7F0101,*) break ;; esac
      sleep 0.1
    done
    printf '%s\\n' "$line"
    systemctl stop alone`,
  );
  expect(stdout).toMatch(/^7F7F0101,/);
  expect(chronySources({ sources: [], tracking: stdout.trim() }, {})).toMatchObject({
    synchronised: false,
    usable_count: 0,
  });
});
