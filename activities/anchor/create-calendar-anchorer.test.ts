import { forgeHeader } from '../../evidence/anchor/testing/sample-anchor.ts';
import { concatBytes, decodeHex } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Attestation } from '../../evidence/ots/attestation.ts';
import { applyPath, attestedAlong } from '../../evidence/ots/build.ts';
import { parseDetachedFile } from '../../evidence/ots/detached-file.ts';
import { mergeTimestamps } from '../../evidence/ots/merge.ts';
import type { Operation } from '../../evidence/ots/operation.ts';
import { serializeTimestamp } from '../../evidence/ots/timestamp.ts';
import { attestationsOf } from '../../evidence/ots/walk.ts';
import { createCalendarAnchorer } from './create-calendar-anchorer.ts';
import { mergeProofs } from './merge-proofs.ts';
import type { BlockHeaders, Fetch } from './ports.ts';

const digest = decodeHex(sha256('batch')) ?? new Uint8Array();
const honest = 'https://honest.example';
const second = 'https://second.example';
const toCommitment: Operation[] = [{ name: 'append', argument: Uint8Array.of(1) }, { name: 'sha256' }];
const toBlock: Operation[] = [{ name: 'prepend', argument: Uint8Array.of(2) }, { name: 'sha256' }];
const time = new Date('2026-03-01T00:00:00.000Z');

/** A calendar as a function of what it is asked. */
type Calendar = (request: {
  digest?: Uint8Array;
  commitment?: Uint8Array;
}) => Uint8Array | Response | Promise<Response>;

const promiseOf = (uri: string) => (submitted: Uint8Array) =>
  serializeTimestamp(attestedAlong(submitted, toCommitment, { kind: 'pending', uri }, sha256));
const answerWith =
  (attestation: Attestation, path = toBlock) =>
  (commitment: Uint8Array) =>
    serializeTimestamp(attestedAlong(commitment, path, attestation, sha256));
const pendingText = () => new Response('Pending confirmation in Bitcoin blockchain', { status: 404 });

const calendarOf =
  (uri: string, tell: (commitment: Uint8Array) => Uint8Array | Response = pendingText): Calendar =>
  ({ digest: submitted, commitment = new Uint8Array() }) =>
    submitted ? promiseOf(uri)(submitted) : tell(commitment);

function world(
  calendars: Record<string, Calendar>,
  blocks: Record<number, string> = {},
  minimumCalendars = 1,
) {
  const asked: string[] = [];
  const fetch: Fetch = async (url, { method, body }) => {
    asked.push(`${method ?? ''} ${url}`);
    const { origin, pathname } = new URL(url);
    const calendar = calendars[origin];
    if (!calendar) throw new TypeError('fetch failed');
    const answer = await calendar(
      method === 'POST'
        ? { digest: new Uint8Array(body as Uint8Array<ArrayBuffer>) }
        : { commitment: decodeHex(pathname.replace('/timestamp/', '')) ?? new Uint8Array() },
    );
    return answer instanceof Response ? answer : new Response(new Uint8Array(answer));
  };
  const headers: BlockHeaders = {
    headerAt: async (height) => blocks[height],
    tip: async () => Math.max(0, ...Object.keys(blocks).map(Number)),
  };
  let draws = 0;
  const anchorer = createCalendarAnchorer({
    calendars: Object.keys(calendars),
    minimumCalendars,
    timeoutMs: 200,
    headers,
    fetch,
    randomBytes: (length) => new Uint8Array(length).fill(++draws),
    sha256,
  });
  return { anchorer, asked };
}

const attestationsIn = (proof: Uint8Array) =>
  [...attestationsOf(parseDetachedFile(proof, sha256).timestamp)].map(({ attestation }) => attestation);
const commitmentIn = (proof: Uint8Array) => {
  const [first] = attestationsOf(parseDetachedFile(proof, sha256).timestamp);
  if (!first) throw new Error('the proof has a promise');
  return first.message;
};
/** A header of the block that holds what `toBlock` makes of the proof's commitment. */
const blockOf = (proof: Uint8Array) => forgeHeader(applyPath(commitmentIn(proof), toBlock, sha256), time);

test('a digest is blinded: calendars never see it, nor the same value twice', async () => {
  const seen: Uint8Array[] = [];
  const { anchorer } = world({
    [honest]: ({ digest: submitted = new Uint8Array() }) => {
      seen.push(submitted);
      return promiseOf(honest)(submitted);
    },
  });
  const { proof, standings } = await anchorer.stamp(digest);
  await anchorer.stamp(digest);
  expect(parseDetachedFile(proof, sha256).timestamp.message).toEqual(digest);
  expect(standings).toEqual([{ calendar: honest, state: 'pending' }]);
  expect(seen.every(({ length }) => length === 32)).toBe(true);
  expect(seen[0]).not.toEqual(digest);
  expect(seen[0]).not.toEqual(seen[1]);
});

const bad: [string, Calendar, RegExp][] = [
  [
    'answers with an error',
    () => new Response('over <capacity>\nOK', { status: 503 }),
    /answered 503: over _capacity__OK/,
  ],
  ['answers with rubbish', () => Uint8Array.of(1, 2, 3), /no operation with tag 0x1/],
  ['answers with nothing', () => new Uint8Array(), /ends at byte 0/],
  ['answers with more than 10,000 bytes', () => new Uint8Array(10_001), /longer than 10000 bytes/],
  [
    'does not answer in time',
    () => new Promise<Response>((_, reject) => setTimeout(reject, 5_000, new Error('late'))),
    /no answer within 200 ms/,
  ],
  [
    'is not there',
    () => {
      throw new TypeError('fetch failed');
    },
    /fetch failed/,
  ],
  [
    'promises in the name of somebody else',
    ({ digest: d = new Uint8Array() }) => promiseOf('http://169.254.169.254')(d),
    /no promise by a calendar that may be asked/,
  ],
  [
    'names a block at once',
    ({ digest: d = new Uint8Array() }) => answerWith({ kind: 'bitcoin', height: 1 })(d),
    /no promise by a calendar that may be asked/,
  ],
];

test.each(bad)(
  'a calendar that %s makes no promise, and the others are enough',
  async (_, calendar, reason) => {
    const { anchorer } = world({ 'https://bad.example': calendar, [honest]: calendarOf(honest) });
    const { standings, proof } = await anchorer.stamp(digest);
    expect(standings).toEqual([
      { calendar: 'https://bad.example', state: 'failed', reason: expect.stringMatching(reason) as unknown },
      { calendar: honest, state: 'pending' },
    ]);
    expect(attestationsIn(proof)).toEqual([{ kind: 'pending', uri: honest }]);
  },
);

test('with fewer promises than asked for, stamping fails and names the calendars and why', async () => {
  const calendars = { [honest]: calendarOf(honest), [second]: () => new Response('full', { status: 503 }) };
  await expect(world(calendars, {}, 2).anchorer.stamp(digest)).rejects.toMatchObject({
    code: 'too_few_calendars',
    message: `1 of 2 calendars promised, and 2 must. ${second}: it answered 503: full`,
  });
});

async function stampedAt(calendars: Record<string, Calendar>) {
  return (await world(calendars).anchorer.stamp(digest)).proof;
}

test('a block that the chain confirms is taken into the proof, with its header and depth', async () => {
  const proof = await stampedAt({ [honest]: calendarOf(honest) });
  const header = blockOf(proof);
  const tell = answerWith({ kind: 'bitcoin', height: 5 });
  const { anchorer, asked } = world({ [honest]: calendarOf(honest, tell) }, { 5: header, 7: header });
  const look = await anchorer.look(proof, digest);
  expect(look).toMatchObject({
    standings: [{ calendar: honest, state: 'attested' }],
    headers: [{ height: 5, header }],
    blocks: [{ height: 5, confirmations: 3 }],
    removedHeights: [],
  });
  expect(attestationsIn(look.proof)).toEqual([
    { kind: 'pending', uri: honest },
    { kind: 'bitcoin', height: 5 },
  ]);
  const again = await anchorer.look(look.proof, digest);
  expect(again.proof).toEqual(look.proof);
  expect(asked).toHaveLength(1);
});

test('a calendar that lies about a block is told apart, and nothing of its lie gets into the proof', async () => {
  const proof = await stampedAt({ [honest]: calendarOf(honest) });
  const lie = answerWith({ kind: 'bitcoin', height: 5 }, [{ name: 'sha1' }, { name: 'sha256' }]);
  const { anchorer } = world({ [honest]: calendarOf(honest, lie) }, { 5: blockOf(proof) });
  const look = await anchorer.look(proof, digest);
  expect(look.standings).toEqual([
    { calendar: honest, state: 'contradicted', reason: 'block 5 does not hold what it says' },
  ]);
  expect(look.proof).toEqual(proof);
  expect(look.blocks).toEqual([]);
});

test('of an answer that is half a lie only the truth is taken', async () => {
  const proof = await stampedAt({ [honest]: calendarOf(honest) });
  const tell = (commitment: Uint8Array) => {
    const attested = (height: number) =>
      attestedAlong(commitment, toBlock, { kind: 'bitcoin', height }, sha256);
    const foreign = attestedAlong(commitment, toBlock, { kind: 'pending', uri: 'http://10.0.0.1' }, sha256);
    return serializeTimestamp(mergeTimestamps(attested(5), attested(6), foreign));
  };
  const blocks = { 5: blockOf(proof), 6: forgeHeader(new Uint8Array(32), time) };
  const look = await world({ [honest]: calendarOf(honest, tell) }, blocks).anchorer.look(proof, digest);
  expect(attestationsIn(look.proof)).toEqual([
    { kind: 'pending', uri: honest },
    { kind: 'bitcoin', height: 5 },
  ]);
  expect(look.standings).toEqual([{ calendar: honest, state: 'attested' }]);
});

test('a block above the tip we know is neither taken nor called a lie', async () => {
  const proof = await stampedAt({ [honest]: calendarOf(honest) });
  const tell = answerWith({ kind: 'bitcoin', height: 5 });
  const look = await world({ [honest]: calendarOf(honest, tell) }).anchorer.look(proof, digest);
  expect(look).toMatchObject({ proof, blocks: [], standings: [{ state: 'pending' }] });
});

test('when the chain loses the block, the attestation goes, the promise stays and the calendar is asked again', async () => {
  const proof = await stampedAt({ [honest]: calendarOf(honest) });
  const header = blockOf(proof);
  const attested = await world(
    { [honest]: calendarOf(honest, answerWith({ kind: 'bitcoin', height: 5 })) },
    { 5: header },
  ).anchorer.look(proof, digest);
  const moved = { 5: forgeHeader(new Uint8Array(32), time), 6: header };
  const pending = await world({ [honest]: calendarOf(honest) }, moved).anchorer.look(attested.proof, digest);
  expect(pending).toMatchObject({ removedHeights: [5], blocks: [], standings: [{ state: 'pending' }] });
  expect(pending.proof).toEqual(proof);
  const tell = answerWith({ kind: 'bitcoin', height: 6 });
  const again = await world({ [honest]: calendarOf(honest, tell) }, moved).anchorer.look(
    attested.proof,
    digest,
  );
  expect(again).toMatchObject({ removedHeights: [5], blocks: [{ height: 6, confirmations: 1 }] });
});

test.each<[string, Response | undefined, string]>([
  ['has forgotten', new Response('Commitment not found', { status: 404 }), 'forgotten'],
  ['is overloaded', new Response('busy', { status: 500 }), 'unreachable'],
  ['is down', undefined, 'unreachable'],
])('a calendar that %s changes nothing in the proof', async (_, response, state) => {
  const proof = await stampedAt({ [honest]: calendarOf(honest) });
  const tell = () => {
    if (response) return response;
    throw new TypeError('fetch failed');
  };
  const look = await world({ [honest]: calendarOf(honest, tell) }).anchorer.look(proof, digest);
  expect(look).toMatchObject({ proof, standings: [{ calendar: honest, state }] });
});

test('after stamping again the proof has the promises of both times', async () => {
  const { anchorer } = world({ [honest]: calendarOf(honest), [second]: calendarOf(second) });
  const merged = mergeProofs(
    (await anchorer.stamp(digest)).proof,
    (await anchorer.stamp(digest)).proof,
    sha256,
  );
  expect(attestationsIn(merged)).toHaveLength(4);
  expect((await anchorer.look(merged, digest)).standings).toEqual([
    { calendar: expect.any(String) as unknown, state: 'pending' },
    { calendar: expect.any(String) as unknown, state: 'pending' },
  ]);
});

test('a proof of something else, or none, is refused before anybody is asked', async () => {
  const { anchorer, asked } = world({ [honest]: calendarOf(honest) });
  const { proof } = await anchorer.stamp(digest);
  const count = asked.length;
  const other = decodeHex(sha256('other')) ?? new Uint8Array();
  for (const [bytes, of] of [
    [proof, other],
    [concatBytes([proof, Uint8Array.of(0)]), digest],
  ] as const) {
    await expect(anchorer.look(bytes, of)).rejects.toMatchObject({ code: 'proof_unreadable' });
  }
  expect(asked).toHaveLength(count);
});
