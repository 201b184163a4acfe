import { changesBetween, parseState, stateScript } from '../drills/host-state.ts';
import { touchesSchema } from '../contracts/catalog/runbook.ts';
import type { Observation } from '../contracts/observation.ts';
import type { Lab } from '../stack/lab/lab.ts';
import type { BenchContext } from './bench-context.ts';
import { openScanner } from './parts/open-scanner.ts';
import { sixtyChecks } from './parts/sixty-checks.ts';
import { startBenchLab } from './parts/start-bench-lab.ts';
import { openAnsible, type PlaybookRun, type Strategy } from './rivals/ansible.ts';
import { median, type BenchResult } from './result.ts';

const hostCount = 10;
const rounds = 3;

/**
 * Sixty checks on ten hosts by the appliance's scanner, against an Ansible playbook in check mode that reads the same facts,
 * with pipelining, a fork a host and connections that stay open. The better of Ansible's two ways through the tasks counts.
 * Both sides must have read the same, and the hosts must be as they were.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const lab = await startBenchLab(context, hostCount);
  const scanner = await openScanner(context, lab.hosts);
  const ansible = await openAnsible(context, lab.hosts);
  const play = (strategy: Strategy) => ansible.play('scan.yml', strategy, { check: true });

  say('warming up');
  const before = await statesOf(lab);
  const first = await scanner.scan(sixtyChecks);
  requireSound(first.observations);
  requireSameFacts(first.observations, await play('linear'));
  const tookMs = { ours: [] as number[], linear: [] as number[], free: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    tookMs.ours.push((await scanner.scan(sixtyChecks)).tookMs);
    tookMs.linear.push((await play('linear')).tookMs);
    tookMs.free.push((await play('free')).tookMs);
    const [ours, linear, free] = [tookMs.ours, tookMs.linear, tookMs.free].map((times) =>
      ((times.at(-1) ?? 0) / 1_000).toFixed(2),
    );
    say(
      `round ${round} of ${rounds}: ours ${ours} s, Ansible ${linear} s task by task, ${free} s host by host`,
    );
  }
  const after = await statesOf(lab);
  for (const [index, state] of before.entries()) {
    const changes = changesBetween(state, after[index] ?? new Map());
    if (changes.length > 0)
      throw new Error(`a reading changed ${changes.map(({ what }) => what).join(', ')}`);
  }
  const ours = median(tookMs.ours);
  const reference = Math.min(median(tookMs.linear), median(tookMs.free));
  return {
    name: 'scan-vs-ansible',
    ratio: reference / ours,
    floor: 8,
    higherIsBetter: true,
    ours: ours / 1_000,
    reference: reference / 1_000,
    unit: 's for 10 hosts',
  };
}

async function statesOf(lab: Lab) {
  const script = stateScript(touchesSchema.parse({}));
  return Promise.all(lab.hosts.map(async ({ id }) => parseState((await lab.run(id, script)).stdout)));
}

/** Every check must have been carried out: a scan that cannot read is quick. */
function requireSound(observations: readonly Observation[]): void {
  const unread = observations.filter(({ status }) => status === 'error' || status === 'unknown');
  if (unread.length > 0)
    throw new Error(`${unread[0]?.check ?? ''} was not read: ${unread[0]?.message ?? ''}`);
  const expected = sixtyChecks.length * hostCount;
  if (observations.length !== expected)
    throw new Error(`${observations.length} observations, not ${expected}`);
}

/** A sample of what can be compared word by word; both sides read them on the same hosts. */
const comparable: readonly [check: string, fact: string, task: string, line: (value: string) => string][] = [
  ['linux.ssh.root_login', 'permit_root_login', 'sshd', (value) => `permitrootlogin ${value}`],
  ['linux.ssh.max_auth_tries', 'max_auth_tries', 'sshd', (value) => `maxauthtries ${value}`],
  ['linux.ssh.x11_forwarding', 'x11_forwarding', 'sshd', (value) => `x11forwarding ${value}`],
  ['linux.ssh.login_grace_time', 'login_grace_time', 'sshd', (value) => `logingracetime ${value}`],
];

function requireSameFacts(observations: readonly Observation[], { results }: PlaybookRun): void {
  for (const [check, fact, task, line] of comparable) {
    for (const { host, facts } of observations.filter((each) => each.check === check)) {
      const value = facts[fact];
      const text = results.get(host)?.get(task)?.stdout ?? '';
      if (value === undefined || value === null) throw new Error(`${check} has no fact ${fact}`);
      const shown = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
      if (!text.split('\n').includes(line(shown)))
        throw new Error(`${host}: ${check} read ${fact}=${shown}, Ansible read something else`);
    }
  }
}
