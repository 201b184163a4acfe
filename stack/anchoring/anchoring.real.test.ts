import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { z } from 'zod';
import { createCalendarAnchorer } from '../../activities/anchor/create-calendar-anchorer.ts';
import { createNodeHeaders } from '../../activities/anchor/create-node-headers.ts';
import { mergeProofs } from '../../activities/anchor/merge-proofs.ts';
import type { Look } from '../../activities/anchor/ports.ts';
import { assembleAnchor } from '../../evidence/anchor/assemble-anchor.ts';
import { anchorSchema } from '../../evidence/anchor/anchor.ts';
import { batchDigest, makeBatch, writeBatchFile } from '../../evidence/anchor/batch.ts';
import { verifyAnchor } from '../../evidence/anchor/verify-anchor.ts';
import { decodeHex, encodeHex } from '../../evidence/bytes.ts';
import { type Checkpoint, checkpointBody, signCheckpoint } from '../../evidence/checkpoint.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { parseDetachedFile, serializeDetachedFile } from '../../evidence/ots/detached-file.ts';
import { mergeTimestamps } from '../../evidence/ots/merge.ts';
import { anyTimestamp } from '../../evidence/ots/testing/any-timestamp.ts';
import { writeOperation } from '../../evidence/ots/operation.ts';
import type { Timestamp } from '../../evidence/ots/timestamp.ts';
import { attestationsOf } from '../../evidence/ots/walk.ts';
import { cacheDirectory } from '../cache.ts';
import { recordProcess } from '../supervisor/process-records.ts';
import { type OfficialClient, openOfficialClient } from './official-client.ts';
import { type Bitcoin, startBitcoin } from './start-bitcoin.ts';
import { type RunningCalendar, startCalendar } from './start-calendar.ts';

const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
const log = (line: string) => {
  process.stderr.write(`${line}\n`);
};
const stops: (() => Promise<void>)[] = [];
let directory: string;
let bitcoin: Bitcoin;
let calendars: RunningCalendar[];
let official: OfficialClient;

beforeAll(async () => {
  directory = mkdtempSync(join(process.env['MALACHOR_TEST_DATA'] ?? '', 'anchoring-'));
  bitcoin = await startBitcoin({
    dataDirectory: join(directory, 'bitcoin'),
    cacheDirectory: cache,
    logFile: join(directory, 'bitcoin.log'),
    log,
    // The reaper of the set-up ends it where this process is killed.
    onSpawn: (pid) => {
      recordProcess(join(process.env['MALACHOR_TEST_DATA'] ?? '', '../run'), 'bitcoin', pid);
    },
  });
  stops.push(() => bitcoin.stop());
  calendars = [];
  for (const name of ['one', 'two']) {
    const calendar = await startCalendar({
      dataDirectory: join(directory, name),
      bitcoin,
      log,
      intervalMs: 50,
    });
    stops.push(() => calendar.stop());
    calendars.push(calendar);
  }
  const home = join(directory, 'home');
  mkdirSync(home);
  official = await openOfficialClient({ cacheDirectory: cache, home, node: bitcoin.address, log });
  stops.push(() => official.stop());
}, 600_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const mempoolSchema = z.array(z.string());
const headers = () => createNodeHeaders({ ...bitcoin.address, timeoutMs: 5_000, fetch });
const anchorerAt = (urls: readonly string[], minimumCalendars = urls.length) =>
  createCalendarAnchorer({
    calendars: urls,
    minimumCalendars,
    timeoutMs: 10_000,
    headers: headers(),
    fetch,
    randomBytes: (length) => randomBytes(length),
    sha256,
  });
const anchorer = () => anchorerAt(calendars.map(({ url }) => url));

const sites = ['north', 'south', 'west'];
const signer = createSigner(generateKeyPair().privateKeyPem);
function batchOfSites() {
  const checkpoints = sites.map((site): Checkpoint => ({
    site,
    size: 7,
    root: randomBytes(32).toString('hex'),
  }));
  const batch = makeBatch(checkpoints.map(checkpointBody), sha256);
  const digest = decodeHex(batchDigest(batch, sha256)) ?? new Uint8Array();
  return { notes: checkpoints.map((each) => signCheckpoint(each, signer, sha256)), batch, digest };
}

/** Mines and looks until `isEnough`, failing after a minute. */
async function lookUntil(
  proof: Uint8Array,
  digest: Uint8Array,
  isEnough: (look: Look) => boolean,
): Promise<Look> {
  const deadline = performance.now() + 60_000;
  for (let current = proof; ;) {
    const look = await anchorer().look(current, digest);
    if (isEnough(look)) return look;
    if (performance.now() > deadline) throw new Error(`not reached: ${JSON.stringify(look.standings)}`);
    current = look.proof;
    if ((await bitcoin.call(mempoolSchema, 'getrawmempool')).length > 0) await bitcoin.mine(1);
    await sleep(100);
  }
}
const allAttested = ({ standings }: Look) => standings.every(({ state }) => state === 'attested');

test('a batch goes from promise to block, each site can show it alone, and the official client confirms it', async () => {
  const { notes, batch, digest } = batchOfSites();
  const stamped = await anchorer().stamp(digest);
  expect(stamped.standings.map(({ state }) => state)).toEqual(['pending', 'pending']);
  const look = await lookUntil(stamped.proof, digest, allAttested);
  expect(look.removedHeights).toEqual([]);

  for (const [index, checkpoint] of notes.entries()) {
    const { size, root, proofs } = batch;
    const anchor = assembleAnchor(
      {
        checkpoint,
        batch: { size, index, proof: [...(proofs[index] ?? [])], root },
        ots: look.proof,
        headers: look.headers,
        tokens: [],
      },
      sha256,
    );
    expect(anchorSchema.parse(anchor)).toEqual(anchor);
    const verification = await verifyAnchor(anchor, {
      cryptography: nodeCryptography,
      trustedHeaders: look.headers,
    });
    if (!verification.ok) throw new Error(verification.reason);
    expect(verification.checkpoint.site).toBe(sites[index]);
    const inBlocks = verification.attestations.filter(({ kind }) => kind === 'bitcoin');
    expect(inBlocks).toHaveLength(2);
    expect(inBlocks).toContainEqual(expect.objectContaining({ isTrusted: true, workBits: 1 }));
  }

  const file = join(directory, 'home/batch.txt');
  writeFileSync(file, writeBatchFile(batch));
  writeFileSync(`${file}.ots`, look.proof);
  const verified = await official.ots(['verify', `${file}.ots`]);
  expect(verified.stderr).toMatch(/Success! Bitcoin block \d+ attests existence as of/);
  expect(verified.exitCode).toBe(0);

  writeFileSync(file, writeBatchFile({ ...batch, size: batch.size + 1 }));
  const refused = await official.ots(['verify', `${file}.ots`]);
  expect(refused.exitCode).not.toBe(0);
}, 120_000);

test('what the official client stamped and upgraded at our calendar, we verify and write the same', async () => {
  const file = join(directory, 'home/theirs.txt');
  writeFileSync(file, 'stamped by the official client');
  const [calendar] = calendars.map(({ url }) => url);
  const stamp = await official.ots(['stamp', '-c', calendar ?? '', '-m', '1', file]);
  expect(stamp).toMatchObject({ exitCode: 0 });
  const pending = new Uint8Array(readFileSync(`${file}.ots`));
  const digest = decodeHex(sha256('stamped by the official client')) ?? new Uint8Array();
  const look = await lookUntil(pending, digest, allAttested);
  expect(look.blocks).toHaveLength(1);

  const upgrade = await official.ots(['-l', calendar ?? '', 'upgrade', `${file}.ots`]);
  expect(upgrade.exitCode).toBe(0);
  const theirs = new Uint8Array(readFileSync(`${file}.ots`));
  expect(encodeHex(look.proof)).toBe(encodeHex(theirs));
  expect(encodeHex(serializeDetachedFile(parseDetachedFile(theirs, sha256)))).toBe(encodeHex(theirs));
}, 120_000);

test('when a reorganisation removes the block, the proof loses it, keeps its promises and gets the new one', async () => {
  const { digest } = batchOfSites();
  const { proof } = await anchorer().stamp(digest);
  const before = await lookUntil(proof, digest, allAttested);
  const tip = await headers().tip();
  const oldest = Math.min(...before.blocks.map(({ height }) => height));
  await bitcoin.reorganise(tip - oldest + 1);

  const removed = await anchorer().look(before.proof, digest);
  expect(new Set(removed.removedHeights)).toEqual(new Set(before.blocks.map(({ height }) => height)));
  const again = mergeProofs(removed.proof, (await anchorer().stamp(digest)).proof, sha256);
  const after = await lookUntil(
    again,
    digest,
    ({ blocks, standings }) => blocks.length > 0 && allAttested({ standings } as Look),
  );
  for (const { height, header } of after.headers) {
    expect(await headers().headerAt(height)).toBe(header);
    expect(before.headers).not.toContainEqual({ height, header });
  }
  const promises = (bytes: Uint8Array) =>
    [...attestationsOf(parseDetachedFile(bytes, sha256).timestamp)].filter(
      ({ attestation }) => attestation.kind === 'pending',
    );
  expect(promises(after.proof)).toEqual(expect.arrayContaining(promises(proof)));
  expect(promises(after.proof)).toHaveLength(4);
}, 120_000);

test('with a calendar down, the others are enough or the error names the one that is', async () => {
  const { digest } = batchOfSites();
  const [one = '', two = ''] = calendars.map(({ url }) => url);
  const dead = 'http://127.0.0.1:1';
  const stamped = await anchorerAt([one, dead, two], 2).stamp(digest);
  expect(stamped.standings.map(({ state }) => state)).toEqual(['pending', 'failed', 'pending']);
  await expect(anchorerAt([one, dead], 2).stamp(digest)).rejects.toMatchObject({
    code: 'too_few_calendars',
    message: expect.stringContaining(`1 of 2 calendars promised, and 2 must. ${dead}: `) as unknown,
  });
}, 60_000);

test('a calendar keeps its promises over a restart, and of a proof made meanwhile nothing is lost', async () => {
  const { digest } = batchOfSites();
  const options = { dataDirectory: join(directory, 'restarted'), bitcoin, log, intervalMs: 50 };
  const first = await startCalendar(options);
  const { proof } = await anchorerAt([first.url]).stamp(digest);
  await first.stop();
  const whileDown = await anchorerAt([first.url]).look(proof, digest);
  expect(whileDown.standings).toEqual([expect.objectContaining({ state: 'unreachable' })]);
  expect(encodeHex(whileDown.proof)).toBe(encodeHex(proof));

  const second = await startCalendar({ ...options, port: Number(new URL(first.url).port), mines: true });
  try {
    const deadline = performance.now() + 30_000;
    let look = whileDown;
    while (!allAttested(look) && performance.now() < deadline) {
      await sleep(100);
      look = await anchorerAt([first.url]).look(look.proof, digest);
    }
    expect(look.standings).toEqual([{ calendar: first.url, state: 'attested' }]);
  } finally {
    await second.stop();
  }
}, 60_000);

function hasTwins({ branches }: Timestamp): boolean {
  const keys = branches.flatMap((branch) =>
    'next' in branch ? [encodeHex(writeOperation(branch.operation))] : [],
  );
  return (
    new Set(keys).size < keys.length || branches.some((branch) => 'next' in branch && hasTwins(branch.next))
  );
}

test('the reference reads whatever we write, and writes it in the order that we call canonical', async () => {
  const message = decodeHex(sha256('any')) ?? new Uint8Array();
  const timestamps = fc.sample(anyTimestamp(message), { numRuns: 200, seed: 7 });
  const hexOf = (timestamp: Timestamp) => encodeHex(serializeDetachedFile({ fileHash: 'sha256', timestamp }));
  const file = join(directory, 'home/proofs.json');
  writeFileSync(file, JSON.stringify(timestamps.map(hexOf)));
  const program = `
import json, sys
from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp
for proof in json.load(open(sys.argv[1])):
    read = DetachedTimestampFile.deserialize(BytesDeserializationContext(bytes.fromhex(proof)))
    out = BytesSerializationContext()
    read.serialize(out)
    print(out.getbytes().hex())
`;
  const { stdout } = await official.python(program, [file]);
  const written = stdout.trim().split('\n');
  expect(written).toHaveLength(200);
  // Of two equal operations at one message the reference keeps the last alone; we keep what both lead to.
  const comparable = timestamps.flatMap((timestamp, index) =>
    hasTwins(timestamp) ? [] : [{ theirs: written[index], ours: hexOf(mergeTimestamps(timestamp)) }],
  );
  expect(comparable.length).toBeGreaterThan(100);
  for (const { theirs, ours } of comparable) expect(theirs).toBe(ours);
}, 60_000);
