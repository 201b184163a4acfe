import { setTimeout as sleep } from 'node:timers/promises';
import { scanWorkflowId, centralTaskQueue } from '../contracts/ids.ts';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import type { Lab } from '../stack/lab/lab.ts';
import type { scan } from '../workflows/scan/workflow.ts';
import type { BenchContext } from './bench-context.ts';
import { hostCpuMs } from './parts/host-cpu.ts';
import { connectAsCentral } from './parts/connect-as-central.ts';
import { lookAtAll, plantAll, sixteenDrifts, stillThere } from './parts/sixteen-drifts.ts';
import { startBenchStack } from './parts/start-bench-stack.ts';
import { openAnsible, type Strategy } from './rivals/ansible.ts';
import { median, type BenchResult } from './result.ts';

const site = 'bench';
const hostCount = 10;
const rounds = 3;
const patienceMs = 300_000;
/** Times faster than each rival. */
const floors = { pipelining: 5, mitogen: 1.2 };

/**
 * Sixteen drifts on ten hosts, from the beginning of a scan to the last verified repair with its signed evidence, against
 * an Ansible playbook that brings the same things back, with pipelining and with Mitogen. Drifts are planted beside the
 * clock; after each side's turn the hosts are looked at by means of neither.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  // Watches end at once, so that every drift is an incident of its own; all hosts at a time, as Ansible has a fork for each.
  const policy = sitePolicySchema.parse({
    flapping: { heals: 1_000, windowMs: 100, quietMs: 100 },
    blastRadius: { hosts: hostCount, percent: 100 },
    planner: { enabled: false },
  });
  const stack = await startBenchStack(context, {
    sites: [{ id: site, hosts: hostCount, policy }],
    lab: { kind: 'booted', count: hostCount },
  });
  const { lab } = stack;
  if (!lab) throw new Error('the lab has no hosts');
  const { client, persistence } = await connectAsCentral(context, stack);
  const ansible = await openAnsible(context, lab.hosts);
  const checks = sixteenDrifts.map(({ check }) => check);

  const ours = async (): Promise<number> => {
    const before = await persistence.ledger.summary(site);
    const startedAt = performance.now();
    await client.workflow.execute<typeof scan>('scan', {
      workflowId: scanWorkflowId(site, crypto.randomUUID()),
      taskQueue: centralTaskQueue,
      args: [{ site, checks }],
    });
    await allHealed(startedAt);
    const tookMs = performance.now() - startedAt;
    const { entries } = await persistence.ledger.summary(site);
    say(`  ${entries - before.entries} entries of evidence`);
    return tookMs;
  };
  const allHealed = async (startedAt: number): Promise<void> => {
    for (;;) {
      const open = await persistence.incidents.openIncidents(site);
      if (open.every(({ state }) => state === 'watching' || state === 'closed')) return;
      const stuck = open.find(({ state }) => state === 'waiting_for_person');
      if (stuck) throw new Error(`${stuck.id} waits for a person`);
      if (performance.now() - startedAt > patienceMs)
        throw new Error(`${open.length} incidents are open still`);
      await sleep(50);
    }
  };
  const rival = (strategy: Strategy) => async () => (await ansible.play('heal.yml', strategy)).tookMs;
  const sides = { ours, pipelining: rival('free'), mitogen: rival('mitogen_free') };
  const tookMs = { ours: [] as number[], pipelining: [] as number[], mitogen: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of ['ours', 'pipelining', 'mitogen'] as const) {
      await onEach(lab, plantAll);
      const hostsBefore = hostsCpuMs(lab);
      const took = await sides[side]();
      const hostSeconds = (hostsCpuMs(lab) - hostsBefore) / 1_000;
      await requireMended(lab, side);
      // The first round logs in and fills caches, on every side.
      if (round > 0) tookMs[side].push(took);
      say(
        `${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}: ${side} ${(took / 1_000).toFixed(1)} s, of the hosts' processors ${hostSeconds.toFixed(1)} s`,
      );
    }
  }
  const oursMs = median(tookMs.ours);
  const times = { pipelining: median(tookMs.pipelining) / oursMs, mitogen: median(tookMs.mitogen) / oursMs };
  say(`${times.pipelining.toFixed(2)} times as fast as pipelining (floor ${floors.pipelining})`);
  say(`${times.mitogen.toFixed(2)} times as fast as Mitogen (floor ${floors.mitogen})`);
  const worst =
    times.pipelining / floors.pipelining < times.mitogen / floors.mitogen ? 'pipelining' : 'mitogen';
  return {
    name: 'heal-vs-ansible',
    ratio: times[worst],
    floor: floors[worst],
    higherIsBetter: true,
    ours: oursMs / 1_000,
    reference: median(tookMs[worst]) / 1_000,
    unit: `s (${worst})`,
  };
}

/** Processor time of all hosts since they booted, in milliseconds. */
function hostsCpuMs(lab: Lab): number {
  return lab.hosts.reduce((sum, host) => sum + hostCpuMs(host), 0);
}

async function onEach(lab: Lab, script: string): Promise<string[]> {
  const results = await Promise.all(
    lab.hosts.map(({ id }) => lab.run(id, script, { timeoutMs: patienceMs })),
  );
  return results.map(({ stdout }) => stdout);
}

/** Fails unless every drift is gone from every host. */
async function requireMended(lab: Lab, side: string): Promise<void> {
  const looks = await onEach(lab, lookAtAll);
  for (const [index, text] of looks.entries()) {
    const left = stillThere(text);
    if (left.length > 0) throw new Error(`${side} left ${left.join(', ')} on ${lab.hosts[index]?.id ?? ''}`);
  }
}
