import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEvidence } from '../../contracts/api/evidence.ts';
import { FaultApi } from './fault-api.ts';
import { runFaults, type FaultRunResult } from './fault-run.ts';
import { readFaultSettings } from './fault-settings.ts';
import { FaultHosts } from './hosts.ts';
import * as invariants from './invariants.ts';
import { findLeftovers } from './leftovers.ts';
import { exportEvidence, verifyOffline } from './offline-evidence.ts';
import { reportTornSwitches } from './report-torn-switches.ts';
import { absentSite, site, startFaultStack, type FaultStack } from './start-fault-stack.ts';
import { switches } from './switches.ts';
import { Timeline } from './timeline.ts';
import { tornSwitches } from './torn-catalog.ts';

const { kills, seed, timelineFile } = readFaultSettings(process.env);
const hostCount = 2;
const directory = join(process.env['MALACHOR_TEST_DATA'] ?? tmpdir(), `faults-${process.pid}`);
/** Gets what helps to find a fault; only made where there is one. */
const kept = join(tmpdir(), `malachor-faults-${seed}`);
const timeline = new Timeline();
const log: string[] = [];
let started: FaultStack;
let api: FaultApi;
let run: FaultRunResult;

const say = (line: string) => process.stderr.write(`${line}\n`);

beforeAll(async () => {
  say(`fault test: ${kills} kills, seed ${seed}; replay it with MALACHOR_FAULT_SEED=${seed}`);
  started = await startFaultStack({
    directory,
    hosts: hostCount,
    log: (line) => {
      log.push(line);
      timeline.add(line);
    },
  });
  const { stack } = started;
  api = new FaultApi(stack.addresses.api, stack.tokens, timeline);
  const names = [...switches, ...tornSwitches].map(({ name }) => name);
  await Promise.all([site, absentSite].map((each) => new FaultHosts(stack, each).prepare(names)));
}, 300_000);

afterAll(async () => {
  await started.stop();
  if (timelineFile !== undefined) writeFileSync(timelineFile, timeline.toString());
  rmSync(directory, { recursive: true, force: true });
}, 120_000);

/** A test that keeps the timeline and the logs of all parts where it fails. */
function faultTest(name: string, work: () => Promise<void>, timeoutMs = 120_000): void {
  const keeping = async () => {
    try {
      await work();
    } catch (error) {
      mkdirSync(kept, { recursive: true });
      cpSync(started.stack.logDirectory, kept, { recursive: true });
      writeFileSync(join(kept, 'timeline.txt'), timeline.toString());
      say(`fault test: seed ${seed} failed; its timeline and the logs of all parts are in ${kept}`);
      throw error;
    }
  };
  test(name, keeping, timeoutMs);
}

faultTest(
  'a half-written catalogue file is named with line and next step; nothing is healed on a guess',
  async () => {
    const hosts = new FaultHosts(started.stack, site);
    const stories = await reportTornSwitches(api, hosts, site);
    for (const [index, { file }] of tornSwitches.entries()) {
      const story = stories[index];
      const naming =
        story?.events.filter(({ summary }) => new RegExp(`${file}:\\d+`, 'u').test(summary)) ?? [];
      expect(naming).not.toEqual([]);
      for (const { nextStep } of naming) expect(nextStep).toMatch(/malachor catalog lint/);
      expect(story).toMatchObject({ attempts: [], tier: 'L3' });
      expect(story?.ticket?.proposal).toBeUndefined();
    }
    expect(await hosts.marks()).toEqual([]);
  },
);

faultTest(
  `${kills} kills are survived`,
  async () => {
    run = await runFaults({ stack: started.stack, seed, kills, timeline, log, autopsyDirectory: kept });
    const runs = run.truth.marks.length / 2;
    const slowest = Math.round(run.slowestDriftMs / 1_000);
    say(
      `fault test: ${run.aimedKills} kills met their moment; ${runs} runs on the hosts; the slowest drift took ${slowest} s`,
    );
    expect(runs).toBeGreaterThanOrEqual(kills);
  },
  400_000 + kills * 30_000,
);

for (const [name, breachesOf] of [
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
  ['every heartbeat is on record once, in its order', invariants.lostHeartbeats],
  ['no healing slot is held for good', invariants.heldSlots],
  ['no part dies of another part’s absence', invariants.deathsOfTheirOwn],
] as const) {
  faultTest(name, async () => {
    expect(breachesOf(run.truth)).toEqual([]);
  });
}

faultTest('what nobody can heal still waits for a person, untouched', async () => {
  const waiting = run.truth.stories.filter(
    ({ host, check }) => host === 'host-1' && tornSwitches.some((torn) => torn.check === check),
  );
  expect(waiting.map(({ state, attempts }) => ({ state, attempts }))).toEqual(
    tornSwitches.map(() => ({ state: 'waiting_for_person', attempts: [] })),
  );
});

faultTest(
  'an appliance that is gone in the middle of a remediation is told, and then asked what became of it',
  async () => {
    expect(run.absenceTold.ticket?.reason).toContain('stopped answering while it worked');
    const [end] = run.truth.stories.filter((story) => story.site === absentSite);
    expect(end).toMatchObject({ resolution: 'healed', attempts: [{ outcome: { result: 'interrupted' } }] });
  },
);

faultTest('every answer of the API was a success, a refusal or 503', async () => {
  expect(run.faults).toEqual([]);
});

faultTest(
  'the ledgers verify on the server and offline, and nothing is left running after the stop',
  async () => {
    const { stack } = started;
    const archives = [];
    for (const each of [site, absentSite]) {
      const path = `/api/evidence/sites/${each}/verify`;
      const { body } = await api.insist({ person: 'admin', path }, AbortSignal.timeout(30_000));
      const verification = verifyEvidence.response.parse(body);
      expect(verification).toMatchObject({ verified: true });
      // The appliance goes on with its heartbeats.
      const entries = run.truth.entries.filter((entry) => entry.site === each).length;
      expect(verification.entries).toBeGreaterThanOrEqual(entries);
      archives.push(await exportEvidence(stack, api, each, directory));
    }
    const lab = /^10\.231\.(\d+)\./.exec(stack.lab?.hosts[0]?.address ?? '')?.[1] ?? 'unknown';
    await started.stop();
    for (const archive of archives) expect(await verifyOffline(archive)).toMatchObject({ verified: true });
    expect(await findLeftovers(directory, `mlab${lab}`)).toEqual([]);
  },
);
