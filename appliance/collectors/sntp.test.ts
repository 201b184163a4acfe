import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Facts } from '../../contracts/facts.ts';
import { decodeHeader } from '../../domain/time/ntp-packet.ts';
import { readMeasurement } from '../../domain/time/measurement-line.ts';
import { sntpServers } from '../../domain/time/sntp-servers.ts';
import { buildReply } from '../../domain/time/testing/build-reply.ts';
import { nodeSntpDeps } from './node-sntp-deps.ts';
import { createSntpCollector, type SntpDeps } from './sntp.ts';
import { startTimeServer, type Answer, type TimeServer } from './testing/time-server.ts';

const servers: TimeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function serve(offsetMs = 0, answer?: Answer): Promise<TimeServer> {
  const server = await startTimeServer(offsetMs, answer);
  servers.push(server);
  return server;
}
const serveAll = (...offsetsMs: number[]) => Promise.all(offsetsMs.map((offset) => serve(offset)));

const never = new AbortController().signal;
function collect(
  asked: readonly TimeServer[],
  over: Partial<SntpDeps> = {},
  parameters = {},
): Promise<Facts> {
  const list = asked.map(({ name }) => name).join(',');
  const collector = createSntpCollector({ ...nodeSntpDeps, spacingMs: 0, ...over });
  return collector({ servers: list, timeout_ms: 300, ...parameters }, never);
}
const measurements = (facts: Facts) =>
  (facts['measurements'] as string[]).map((line) => readMeasurement(line)!);
const silent = (facts: Facts) => facts['silent'] as string[];

test('five servers on this clock agree that it is right', async () => {
  const facts = await collect(await serveAll(0, 0, 0, 0, 0));
  expect(silent(facts)).toEqual([]);
  expect(measurements(facts)).toHaveLength(5);
  expect(sntpServers(facts, {})).toMatchObject({ verdict: 'pass', servers_agreeing: 5, max_stratum: 2 });
  for (const { offsetMs, rootDistanceMs } of measurements(facts))
    expect(Math.abs(offsetMs)).toBeLessThan(rootDistanceMs);
});

test('a clock that is an hour slow is found against servers that agree', async () => {
  const facts = await collect(await serveAll(3_600_000, 3_600_000, 3_600_000, 3_600_000, 3_600_000));
  const judged = sntpServers(facts, {});
  expect(judged).toMatchObject({ verdict: 'fail' });
  expect(Math.round((judged['clock_offset_ms'] as number) / 100)).toBe(-36_000);
});

test('two servers with a shifted clock are named, and the clock is not judged by them', async () => {
  const asked = await serveAll(0, 30_000, 0, 31_000, 0);
  const judged = sntpServers(await collect(asked), {});
  expect(judged).toMatchObject({ verdict: 'warning', falsetickers: [asked[1]!.name, asked[3]!.name] });
  expect(judged['clock_offset_abs_ms']).toBeLessThan(100);
});

test('servers that do not answer are silent, and too few that do are unknown', async () => {
  const asked = [...(await serveAll(0, 0)), ...(await Promise.all([1, 2, 3].map(() => serve(0, () => []))))];
  const facts = await collect(asked, {}, { samples: 1 });
  expect(silent(facts)).toEqual(asked.slice(2).map(({ name }) => `${name}: it did not answer`));
  expect(sntpServers(facts, {})).toMatchObject({ verdict: 'unknown' });
});

test('a port where nothing listens is told as such', async () => {
  const gone = await startTimeServer();
  await gone.close();
  const facts = await collect([...(await serveAll(0, 0, 0, 0)), gone]);
  expect(silent(facts)).toEqual([`${gone.name}: nothing listens there`]);
});

test('every request has a nonce of its own', async () => {
  const asked = await serveAll(0, 0, 0, 0, 0);
  await collect(asked, {}, { samples: 4 });
  const nonces = asked.flatMap((server) => server.asked);
  expect(nonces).toHaveLength(20);
  expect(new Set(nonces).size).toBe(20);
});

test('forged and garbled packets before the answer change nothing', async () => {
  const forged: Answer = (origin) => [
    { origin: origin ^ 1n, receiveMs: 0 },
    { origin: 0n, stratum: 0, referenceId: 'DENY' },
    Buffer.from('not a time'),
    { mode: 3 },
    {},
  ];
  const facts = await collect([await serve(0, forged), ...(await serveAll(0, 0, 0, 0))]);
  expect(measurements(facts)).toHaveLength(5);
  expect(sntpServers(facts, {})).toMatchObject({ verdict: 'pass', servers_agreeing: 5 });
});

test('an answer from another port is not heard, though it has the right nonce', async () => {
  const [asked, other] = [createSocket('udp4'), createSocket('udp4')];
  asked.bind(0, '127.0.0.1');
  await once(asked, 'listening');
  const sent: Promise<undefined>[] = [];
  asked.on('message', (packet, from) => {
    const origin = decodeHeader(packet)!.transmit;
    const reply = buildReply({ origin, receiveMs: Date.now() + 3_600_000 });
    const done = Promise.withResolvers<undefined>();
    sent.push(done.promise);
    other.send(reply, from.port, from.address, () => {
      done.resolve(undefined);
    });
  });
  const name = `127.0.0.1:${asked.address().port}`;
  const facts = await collect([...(await serveAll(0, 0, 0, 0)), { name } as TimeServer], {}, { samples: 2 });
  await Promise.all(sent);
  asked.close();
  other.close();
  expect(sent).toHaveLength(2);
  expect(silent(facts)).toEqual([`${name}: it did not answer`]);
});

test.each<[string, Answer, RegExp]>([
  ['is not synchronised', () => [{ leap: 3 }], /its clock is not synchronised/],
  ['has stratum 16', () => [{ stratum: 16 }], /its clock is not synchronised/],
  [
    'denies us',
    (_origin, count) => (count < 2 ? [{}] : [{ stratum: 0, referenceId: 'DENY' }]),
    /does not serve us \(DENY\)/,
  ],
])('a server that %s gives no time, whatever it said before', async (_what, answer, reason) => {
  const facts = await collect([await serve(0, answer), ...(await serveAll(0, 0, 0, 0))]);
  expect(silent(facts)).toEqual([expect.stringMatching(reason)]);
  expect(measurements(facts)).toHaveLength(4);
});

test('a server that wants to be asked less is asked no more for a quarter of an hour, and its word counts', async () => {
  let nowMs = 0;
  const hurried = await serve(0, (_origin, count) =>
    count < 3 ? [{}] : [{ stratum: 0, referenceId: 'RATE' }],
  );
  const asked = [hurried, ...(await serveAll(0, 0, 0, 0))];
  const collector = createSntpCollector({
    ...nodeSntpDeps,
    spacingMs: 0,
    monotonicMs: () => nowMs + performance.now(),
    // Our clock goes with it, or it would seem to have been set.
    now: () => nowMs + Date.now(),
  });
  const again = async () =>
    collector({ servers: asked.map(({ name }) => name).join(','), samples: 4, timeout_ms: 300 }, never);
  expect(measurements(await again())).toHaveLength(5);
  expect(hurried.asked).toHaveLength(3);
  nowMs += 800_000;
  expect(silent(await again())).toEqual([`${hurried.name}: it asked to be left alone for a while`]);
  nowMs += 200_000;
  await again();
  expect(hurried.asked).toHaveLength(4);
});

test('of several answers the quickest counts', async () => {
  const answer: Answer = (_origin, count) => {
    // Busy on the second of three: the way back takes longer.
    const until = performance.now() + (count === 2 ? 0 : 40);
    const receiveMs = Date.now() + 0.5;
    while (performance.now() < until);
    return [{ receiveMs, transmitMs: receiveMs }];
  };
  const facts = await collect(
    [await serve(0, answer), ...(await serveAll(0, 0, 0, 0))],
    {},
    { timeout_ms: 2_000 },
  );
  expect(measurements(facts)[0]?.delayMs).toBeLessThan(40);
});

test('one server under several names is one opinion', async () => {
  const asked = await serveAll(0, 0, 0, 0);
  const port = asked[0]!.name.split(':')[1]!;
  const lookup = () => Promise.resolve({ address: '127.0.0.1', family: 4 });
  const facts = await collect([...asked, { name: `alias.example:${port}` } as TimeServer], { lookup });
  expect(silent(facts)).toEqual([`alias.example:${port}: it is the same server as ${asked[0]!.name}`]);
});

test('a name that is not found costs that server alone', async () => {
  const lookup = () => Promise.reject(new Error('ENOTFOUND'));
  const facts = await collect([...(await serveAll(0, 0, 0, 0)), { name: 'x.example' } as TimeServer], {
    lookup,
  });
  expect(silent(facts)).toEqual(['x.example: its name was not found']);
  const slow = () => new Promise<never>(() => undefined);
  const late = await collect([...servers, { name: 'x.example' } as TimeServer], { lookup: slow });
  expect(silent(late)).toEqual(['x.example: its name was not found in time']);
});

test('hosts that ask at once share one measurement, later ones too, until it is old or our clock is set', async () => {
  const asked = await serveAll(0, 0, 0, 0, 0);
  let [agedMs, setMs] = [0, 0];
  const collector = createSntpCollector({
    ...nodeSntpDeps,
    spacingMs: 0,
    monotonicMs: () => agedMs + performance.now(),
    now: () => agedMs + setMs + Date.now(),
  });
  const parameters = { servers: asked.map(({ name }) => name).join(','), samples: 1, timeout_ms: 300 };
  const requests = () => asked[0]!.asked.length;
  const both = await Promise.all([collector(parameters, never), collector(parameters, never)]);
  expect(both[0]).toEqual(both[1]);
  await collector(parameters, never);
  expect(requests()).toBe(1);
  setMs = 10_000;
  expect(measurements(await collector(parameters, never))[0]?.offsetMs).toBeLessThan(-9_000);
  expect(requests()).toBe(2);
  agedMs = 65_000;
  await collector(parameters, never);
  expect(requests()).toBe(3);
});

test('who stops waiting does not stop the others, and the last who stops ends it', async () => {
  const slow = await Promise.all([1, 2, 3, 4, 5].map(() => serve(0, () => [])));
  const opened: number[] = [];
  const closed: number[] = [];
  const collector = createSntpCollector({
    ...nodeSntpDeps,
    openSocket: async (to, listener) => {
      const socket = await nodeSntpDeps.openSocket(to, listener);
      opened.push(to.port);
      return {
        ...socket,
        close: () => {
          closed.push(to.port);
          socket.close();
        },
      };
    },
  });
  const parameters = { servers: slow.map(({ name }) => name).join(','), timeout_ms: 10_000 };
  const [one, other] = [new AbortController(), new AbortController()];
  const waits = [collector(parameters, one.signal), collector(parameters, other.signal)];
  const outcomes = Promise.allSettled(waits);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (opened.length === 5) resolve();
      else setImmediate(look);
    };
    look();
  });
  one.abort(new Error('first'));
  await expect(waits[0]).rejects.toThrow('first');
  expect(closed).toEqual([]);
  other.abort(new Error('last'));
  await expect(waits[1]).rejects.toThrow('last');
  await outcomes;
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed.sort()).toEqual(opened.sort());
});

test.each([
  [{}, /5 to 20 servers, and has 0/],
  [{ servers: 'a.example,b.example,c.example,d.example' }, /and has 4/],
  [{ servers: 'a.example,b.example,c.example,d.example,e..example' }, /"e..example" is not a server/],
  [
    { servers: 'a.example,b.example,c.example,d.example,e.example', samples: 0 },
    /samples is not a whole number from 1 to 8/,
  ],
  [{ servers: 5 }, /servers is not a text/],
])('refuses %j', async (parameters, reason) => {
  await expect(createSntpCollector(nodeSntpDeps)(parameters, never)).rejects.toThrow(reason);
});
