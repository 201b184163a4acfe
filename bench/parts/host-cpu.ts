import { readFileSync } from 'node:fs';
import { labNetwork, machineName } from '../../stack/lab/network.ts';
import type { LabHost } from '../../stack/lab/lab.ts';

const roots = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** Processor time that all processes of a lab host have used since it booted, in milliseconds, by its control group. */
export function hostCpuMs({ address }: Pick<LabHost, 'address'>): number {
  const [, , network, host] = address.split('.').map(Number);
  if (network === undefined || host === undefined) throw new Error(`${address} is no address of a lab`);
  const name = machineName(labNetwork(network), host - 10);
  for (const root of roots) {
    try {
      const text = readFileSync(`${root}/${name}/cpu.stat`, 'utf8');
      const usage = /^usage_usec (\d+)$/m.exec(text)?.[1];
      if (usage !== undefined) return Number(usage) / 1_000;
    } catch {
      // The other layout of control groups has it.
    }
  }
  throw new Error(`the control group of ${name} tells no processor time`);
}
