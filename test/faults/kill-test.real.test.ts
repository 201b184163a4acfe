import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidencePublicKey, verifyEvidence } from '../../contracts/api/evidence.ts';
import { formatIncidentRef } from '../../contracts/api/incident-ref.ts';
import { runCommand } from '../../stack/run-command.ts';
import type { Stack } from '../../stack/stack.ts';
import { FaultApi } from './fault-api.ts';
import { runFaults, type FaultRunResult } from './fault-run.ts';
import { FaultHosts } from './hosts.ts';
import * as invariants from './invariants.ts';
import { findLeftovers } from './leftovers.ts';
import { planDrift } from './plan-drift.ts';
import { untilPersonIsAsked } from './read-incident.ts';
import { site, startFaultStack } from './start-fault-stack.ts';
import { switches } from './switches.ts';
import { tornSwitches } from './torn-catalog.ts';
import { Timeline } from './timeline.ts';

/** `MALACHOR_FAULT_SEED` replays a run: the same kills and drifts in the same order. */
const seed = Number(process.env['MALACHOR_FAULT_SEED'] ?? randomInt(1, 2 ** 31));
const kills = Number(process.env['MALACHOR_FAULT_KILLS'] ?? 10);
const hostCount = 2;
const directory = join(process.env['MALACHOR_TEST_DATA'] ?? tmpdir(), `faults-${process.pid}`);
/** Gets what helps to find a fault; only made where there is one. */
const kept = join(tmpdir(), `malachor-faults-${seed}`);
const timeline = new Timeline();
const log: string[] = [];
const anyTime = new AbortController().signal;
let stack: Stack;
let run: FaultRunResult;
let hasPassed = false;

const say = (line: string) => process.stderr.write(`${line}\n`);

beforeAll(async () => {
  say(`fault test: ${kills} kills, seed ${seed}; replay it with MALACHOR_FAULT_SEED=${seed}`);
  stack = await startFaultStack({
    directory,
    hosts: hostCount,
    log: (line) => {
      log.push(line);
      timeline.add(line);
    },
  });
  await new FaultHosts(stack.lab!).prepare([
    ...switches.map(({ name }) => name),
    'torn-check',
    'torn-runbook',
  ]);
}, 300_000);

afterAll(async () => {
  await stack.stop();
  if (!hasPassed) {
    mkdirSync(kept, { recursive: true });
    cpSync(stack.logDirectory, kept, { recursive: true });
    writeFileSync(join(kept, 'timeline.txt'), timeline.toString());
    say(`fault test: seed ${seed} failed; its timeline and the logs of all parts are in ${kept}`);
  }
  rmSync(directory, { recursive: true, force: true });
}, 120_000);

test('a half-written catalogue file is named with its line and the next step, and nothing is healed on a guess', async () => {
  const hosts = new FaultHosts(stack.lab!);
  const api = new FaultApi(stack.addresses.api, stack.tokens, timeline);
  for (const { name } of tornSwitches) await hosts.plant('host-1', name, planDrift(seed, 'host-1', name, 1));
  const body = { hosts: ['host-1'], checks: tornSwitches.map(({ check }) => check) };
  const path = `/api/sites/${site}/scan`;
  await api.insist({ person: 'admin', method: 'POST', path, body }, AbortSignal.timeout(60_000));
  for (const { check, file } of tornSwitches) {
    const ref = formatIncidentRef({ site, host: 'host-1', check });
    const story = await untilPersonIsAsked(api, ref, 60_000);
    const naming = story.events.filter(({ summary }) => new RegExp(`${file}:\\d+`, 'u').test(summary));
    expect(naming).not.toEqual([]);
    for (const { nextStep } of naming) expect(nextStep).toMatch(/malachor catalog lint/);
    expect(story).toMatchObject({ attempts: [], tier: 'L3' });
    expect(story.ticket?.proposal).toBeUndefined();
  }
  expect(await hosts.marks()).toEqual([]);
}, 130_000);

test(
  `${kills} kills are survived`,
  async () => {
    run = await runFaults({ stack, seed, kills, timeline, log, autopsyDirectory: kept });
    say(
      `fault test: ${run.aimedKills} kills met their moment; ${run.truth.marks.length / 2} runs on the hosts`,
    );
    expect(run.truth.marks.length / 2).toBeGreaterThanOrEqual(kills);
  },
  400_000 + kills * 30_000,
);

test.each([
  ['no drift is lost', invariants.lostDrifts],
  ['no order runs twice, and what starts ends', invariants.repeatedRuns],
  ['two runs never work on one thing at a time', invariants.overlappingRuns],
  ['everything that ran on a host is in an incident', invariants.unknownRuns],
  ['what must not be repeated is only repeated on a person’s word', invariants.unseenSecondRuns],
  ['every heal is on record', invariants.unrecordedHeals],
  ['every incident is on record', invariants.unrecordedIncidents],
  ['no workflow fails or is stuck', invariants.unsoundWorkflows],
  ['every decision that was accepted is taken once', invariants.wrongDecisions],
  ['the ledger has no gaps', invariants.ledgerGaps],
  ['no healing slot is held for good', invariants.heldSlots],
  ['no part dies of another part’s absence', invariants.deathsOfTheirOwn],
])('%s', (_name, breachesOf) => {
  expect(breachesOf(run.truth)).toEqual([]);
});

test('what nobody can heal still waits for a person, untouched', () => {
  const names = tornSwitches.map(({ name }) => name);
  expect(run.truth.marks.filter(({ name }) => names.includes(name))).toEqual([]);
  const waiting = run.truth.stories.filter(
    ({ host, check }) => host === 'host-1' && tornSwitches.some((torn) => torn.check === check),
  );
  expect(waiting.map(({ state }) => state)).toEqual(['waiting_for_person', 'waiting_for_person']);
});

test('every answer of the API was a success, a refusal or 503', () => {
  expect(run.faults).toEqual([]);
});

test('the ledger verifies, on the server and offline, and nothing is left running after the stop', async () => {
  const api = new FaultApi(stack.addresses.api, stack.tokens, timeline);
  const onServer = await api.insist({ person: 'admin', path: `/api/evidence/sites/${site}/verify` }, anyTime);
  expect(verifyEvidence.response.parse(onServer.body)).toMatchObject({
    verified: true,
    entries: run.truth.bundles.length,
  });
  const key = await api.insist({ person: 'admin', path: '/api/evidence/public-key' }, anyTime);
  const keyFile = join(directory, 'evidence-key.pem');
  writeFileSync(keyFile, evidencePublicKey.response.parse(key.body).pem);
  const archive = join(directory, 'evidence.zip');
  const malachor = (args: string[]) =>
    runCommand(process.execPath, ['cli/main.ts', ...args], {
      env: {
        ...process.env,
        DATABASE_URL: stack.databaseUrl,
        MALACHOR_SECRETS_DIR: stack.secretsDirectory,
      },
    });
  await malachor(['evidence', 'export', '--site', site, '--out', archive]);
  const lab = /^10\.231\.(\d+)\./.exec(stack.lab?.hosts[0]?.address ?? '')?.[1];
  expect(lab).toBeDefined();
  await stack.stop();
  const verified = JSON.parse(
    (await malachor(['verify', archive, '--key', keyFile, '--json'])).stdout,
  ) as unknown;
  expect(verified).toMatchObject({ verified: true });
  expect(await findLeftovers(directory, `mlab${lab}`)).toEqual([]);
  hasPassed = true;
}, 120_000);
