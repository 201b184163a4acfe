import type { Lab } from '../../stack/lab/lab.ts';
import type { Stack } from '../../stack/stack.ts';
import { parseHostLog, type RunMark } from './host-log.ts';
import type { PlannedDrift } from './plan-drift.ts';
import { hostDirectory } from './switches.ts';

/** A switch as its host has it. */
export interface SwitchState {
  host: string;
  name: string;
  state: string;
  drift: number;
}

/** The lab's hosts, looked at and changed as root from outside: no part of what is tested is in between. */
export class FaultHosts {
  readonly ids: readonly string[];
  readonly #lab: Lab;

  /** @param site the hosts are those of this site */
  constructor({ lab, sites }: Pick<Stack, 'lab' | 'sites'>, site: string) {
    if (!lab) throw new Error('the fault test needs lab hosts');
    this.#lab = lab;
    this.ids = sites.find(({ id }) => id === site)?.hosts.map(({ id }) => id) ?? [];
  }

  /** Makes the switches of every host, all good. */
  async prepare(names: readonly string[]): Promise<void> {
    const make = names.map((name) => `printf 'state=good\\ndrift=0\\nhold=0\\nstubborn=0\\n' > ${name}`);
    const script = `set -eu; mkdir -p ${hostDirectory}; cd ${hostDirectory}; : > log; ${make.join('; ')}`;
    await Promise.all(this.ids.map((host) => this.#lab.run(host, script)));
  }

  /** Turns a switch. */
  async plant(host: string, name: string, drift: PlannedDrift): Promise<void> {
    const lines = [
      'state=drifted',
      `drift=${drift.number}`,
      `hold=${drift.holdMs / 1_000}`,
      `stubborn=${drift.isStubborn ? 1 : 0}`,
    ];
    const text = `${lines.join('\n')}\n`;
    const script = `set -eu; cd ${hostDirectory}; cat > ${name}.planted; mv ${name}.planted ${name}`;
    await this.#lab.run(host, script, { input: text });
  }

  async look(host: string, name: string): Promise<SwitchState> {
    const { stdout } = await this.#lab.run(host, `cat ${hostDirectory}/${name}`);
    const value = (of: string) => new RegExp(`^${of}=(.*)$`, 'mu').exec(stdout)?.[1] ?? '';
    return { host, name, state: value('state'), drift: Number(value('drift')) };
  }

  /** Everything that runbooks wrote on the hosts. */
  async marks(): Promise<RunMark[]> {
    const logs = await Promise.all(
      this.ids.map(async (host) =>
        parseHostLog(host, (await this.#lab.run(host, `cat ${hostDirectory}/log`)).stdout),
      ),
    );
    return logs.flat();
  }

  /** Whether a runbook's script is running on any host. */
  async isRemediating(): Promise<boolean> {
    const marks = await this.marks();
    const count = (mark: RunMark['mark']) => marks.filter((each) => each.mark === mark).length;
    return count('start') > count('end');
  }
}
