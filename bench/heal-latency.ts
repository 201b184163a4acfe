import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { createTemporalIncidents } from '../activities/intake/temporal-incidents.ts';
import { exports } from '../appliance/transports/compose-script.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { projectDirectory } from '../cli/project.ts';
import type { CheckDefinition } from '../contracts/catalog/check.ts';
import { isRunnable, type RunnableRunbook } from '../contracts/catalog/runbook.ts';
import { incidentWorkflowId } from '../contracts/ids.ts';
import type { Observation } from '../contracts/observation.ts';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import { judgeProbeOutput } from '../domain/catalog/judge-check.ts';
import { parameterEnvironment } from '../domain/catalog/parameter-environment.ts';
import { defaultValues } from '../domain/catalog/parameters.ts';
import { scriptOf } from '../domain/catalog/script-of.ts';
import type { Lab } from '../stack/lab/lab.ts';
import type { BenchContext } from './bench-context.ts';
import { connectAsCentral } from './parts/connect-as-central.ts';
import { openShell, type Shell } from './parts/open-shell.ts';
import { startBenchStack } from './parts/start-bench-stack.ts';
import { median, type BenchResult } from './result.ts';

const site = 'bench';
const rounds = 7;
const healsPerRound = 2;
const patienceMs = 60_000;

/** Quick runbooks only: what a slow one takes would hide what Malachor adds. */
const kinds = [
  {
    check: 'linux.ssh.root_login',
    runbook: 'RB-LIN-SSH-001',
    plant: "echo 'PermitRootLogin yes' >/etc/ssh/sshd_config.d/00-bench.conf",
  },
  { check: 'linux.firewall.default_deny', runbook: 'RB-LIN-FW-001', plant: 'nft flush ruleset' },
  { check: 'linux.files.sensitive_permissions', runbook: 'RB-LIN-PERM-001', plant: 'chmod 666 /etc/shadow' },
] as const;

/** One kind of drift with all that either side needs of it. */
interface Subject {
  check: CheckDefinition;
  runbook: RunnableRunbook;
  plant: () => Promise<unknown>;
  oursMs: number[];
  byHandMs: number[];
}

/**
 * From a drift's report to its verified repair, over real SSH to a real host, by the whole system and by hand: the same
 * probe, capture, remediation and probe over one connection that is open already. Drifts are planted beside the clock.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  // Watches end at once, so that every drift is an incident of its own.
  const policy = sitePolicySchema.parse({ flapping: { heals: 1_000, windowMs: 100, quietMs: 100 } });
  const stack = await startBenchStack(context, {
    sites: [{ id: site, hosts: 1, policy }],
    lab: { kind: 'booted', count: 1 },
  });
  const { lab } = stack;
  const host = lab?.hosts[0];
  if (!lab || !host) throw new Error('the lab has no host');
  const { client, persistence } = await connectAsCentral(context, stack);
  const shell = await openShell(host);
  context.keep(() => {
    shell.close();
  });
  const catalog = await readCatalog(join(projectDirectory, 'catalog'));
  const subjects = kinds.map(({ check, runbook, plant }): Subject => {
    const foundCheck = catalog.checks.get(check);
    const foundRunbook = catalog.runbooks.get(runbook);
    if (!foundCheck || !foundRunbook || !isRunnable(foundRunbook.definition))
      throw new Error(`the catalogue lacks ${check} or ${runbook}`);
    return {
      check: foundCheck,
      runbook: foundRunbook.definition,
      plant: () => lab.run(host.id, plant),
      oursMs: [],
      byHandMs: [],
    };
  });
  const incidents = createTemporalIncidents(client);

  const heal = async (subject: Subject): Promise<number> => {
    await subject.plant();
    const observation = await observe(shell, subject.check, host.id);
    const startedAtMs = Date.now();
    await incidents.signalDrift(observation);
    const deadline = startedAtMs + patienceMs;
    for (;;) {
      const story = await persistence.incidents.get(incidentWorkflowId(observation));
      if (story?.latest.id === observation.id && story.state === 'closed') {
        const verified = story.events.findLast(({ kind }) => kind === 'verified');
        if (story.resolution !== 'healed' || !verified) throw new Error(`${story.id} was not healed`);
        return Date.parse(verified.at) - startedAtMs;
      }
      if (Date.now() > deadline) throw new Error(`${observation.check} did not close: ${story?.state}`);
      await sleep(20);
    }
  };

  for (const subject of subjects) {
    await heal(subject);
    await healByHand(shell, subject);
  }
  const loginsBefore = await countLogins(lab, host.id);
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      for (let number = 0; number < healsPerRound; number++) {
        subject.oursMs.push(await heal(subject));
        subject.byHandMs.push(await healByHand(shell, subject));
      }
    }
    say(`round ${round} of ${rounds}`);
  }
  const logins = (await countLogins(lab, host.id)) - loginsBefore;
  if (logins !== 0)
    throw new Error(`the appliance logged in ${logins} times more: it does not keep its connection`);
  for (const { check, oursMs, byHandMs } of subjects)
    say(`${check.id}: ${median(oursMs)} ms, by hand ${Math.round(median(byHandMs))} ms`);
  const ours = mean(subjects.map(({ oursMs }) => median(oursMs)));
  const reference = mean(subjects.map(({ byHandMs }) => median(byHandMs)));
  return {
    name: 'heal-latency',
    ratio: ours / reference,
    floor: 2,
    higherIsBetter: false,
    ours,
    reference,
    unit: 'ms',
  };
}

/** The drift as a scan reports it. */
async function observe(shell: Shell, check: CheckDefinition, host: string): Promise<Observation> {
  const { status, message, facts } = judgeProbeOutput(check, await shell.run(scriptOf(check)));
  if (status === 'pass') throw new Error(`${check.id} passes though its drift was planted`);
  return {
    id: crypto.randomUUID(),
    site,
    host,
    check: check.id,
    status,
    severity: check.severity,
    os: { family: 'linux', id: 'debian', version: '12' },
    facts,
    message,
    observedAt: new Date().toISOString(),
    source: 'scan',
  };
}

/** What somebody does who knows the commands by heart and is logged in already. */
async function healByHand(shell: Shell, { plant, check, runbook }: Subject): Promise<number> {
  await plant();
  const { capture, remediate } = runbook;
  const environment = `${exports(parameterEnvironment(defaultValues(runbook)))}\n`;
  const startedAt = performance.now();
  await shell.run(scriptOf(check));
  await shell.run(environment + capture);
  await shell.run(environment + remediate);
  const answer = await shell.run(scriptOf(check));
  const tookMs = performance.now() - startedAt;
  const { status, message } = judgeProbeOutput(check, answer);
  if (status !== 'pass') throw new Error(`by hand ${check.id} was not healed: ${message}`);
  return tookMs;
}

async function countLogins(lab: Lab, host: string): Promise<number> {
  const { stdout } = await lab.run(host, 'journalctl -q -u ssh | grep -c "Accepted publickey" || :');
  return Number(stdout);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
