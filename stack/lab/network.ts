import { z } from 'zod';
import { runCommand } from '../run-command.ts';
import { StackError } from '../stack-error.ts';

/** The private network of one lab: bridge `mlab<n>` with 10.231.`n`.1, hosts from 10.231.`n`.11. */
export interface LabNetwork {
  number: number;
  /** Name of the bridge and beginning of every other name the lab gives. */
  name: string;
  address: string;
  subnet: string;
}

export function labNetwork(number: number): LabNetwork {
  return {
    number,
    name: `mlab${number}`,
    address: `10.231.${number}.1`,
    subnet: `10.231.${number}.0/24`,
  };
}

const firstHost = 10;
/** Most hosts a lab's subnet can hold. */
export const maxHosts = 254 - firstHost;

export function hostAddress(network: LabNetwork, host: number): string {
  return `10.231.${network.number}.${firstHost + host}`;
}
/** Name of the host's network namespace, control group and machine. */
export function machineName(network: LabNetwork, host: number): string {
  return `${network.name}-h${host}`;
}
function linkName(network: LabNetwork, host: number): string {
  return `ml${network.number}-${host}`;
}

const ip = (...args: string[]) => runCommand('ip', args);
const addressesSchema = z.array(z.object({ dst: z.string().optional() }));

/** Makes the bridge of a network no one on this machine uses. Only one caller can get each: the kernel decides. */
export async function claimNetwork(): Promise<LabNetwork> {
  const routes = addressesSchema.parse(
    JSON.parse((await ip('-j', 'route', 'show', 'table', 'all')).stdout || '[]'),
  );
  const taken = new Set(routes.map((route) => route.dst?.split('.').slice(0, 3).join('.')));
  for (let number = 1; number < 255; number += 1) {
    if (taken.has(`10.231.${number}`)) continue;
    const network = labNetwork(number);
    const added = await runCommand('ip', ['link', 'add', network.name, 'type', 'bridge'], {
      allowFailure: true,
    });
    if (added.exitCode !== 0) {
      if (added.stderr.includes('File exists')) continue;
      throw new StackError(
        'part_unavailable',
        `no network bridge can be made here: ${added.stderr.trim()}`,
        'Run on a machine where root may make network devices, or give a host with --host.',
      );
    }
    await ip('addr', 'add', `${network.address}/24`, 'dev', network.name);
    await ip('link', 'set', network.name, 'up');
    return network;
  }
  throw new StackError(
    'part_unavailable',
    'all 254 lab networks of this machine are in use',
    'Stop other labs, or remove bridges named mlab… that nobody uses.',
  );
}

/**
 * How a host is joined to the bridge: by an interface in its network namespace, or by one that a virtual machine takes.
 */
export type HostLink = 'namespace' | 'virtual-machine';

/** Name of the interface on the bridge that a virtual machine takes. */
export function tapName(network: LabNetwork, host: number): string {
  return linkName(network, host);
}

/**
 * Makes the host's network namespace, whose name is what claims the number, and its interface on the bridge. False where
 * that host number is taken.
 */
export async function addHostNetwork(network: LabNetwork, host: number, kind: HostLink): Promise<boolean> {
  const namespace = machineName(network, host);
  const added = await runCommand('ip', ['netns', 'add', namespace], { allowFailure: true });
  if (added.exitCode !== 0) {
    if (added.stderr.includes('File exists')) return false;
    throw new StackError(
      'part_unavailable',
      `no network namespace can be made here: ${added.stderr.trim()}`,
      'Run on a machine where root may make namespaces, or give a host with --host.',
    );
  }
  const link = linkName(network, host);
  try {
    if (kind === 'virtual-machine') {
      await ip('tuntap', 'add', 'dev', link, 'mode', 'tap');
      await ip('link', 'set', link, 'master', network.name, 'up');
      return true;
    }
    await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await ip('link', 'set', link, 'master', network.name, 'up');
    await ip('-n', namespace, 'addr', 'add', `${hostAddress(network, host)}/24`, 'dev', 'eth0');
    await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
  } catch (error) {
    await removeHostNetwork(network, host);
    throw error;
  }
  return true;
}

/** Numbers of the hosts whose namespace or interface is there. */
export async function hostsWithNetwork(network: LabNetwork): Promise<number[]> {
  const listings = [await ip('netns', 'list'), await ip('-o', 'link')].map(({ stdout }) => stdout).join('\n');
  const names = new RegExp(`\\b(?:${network.name}-h|ml${network.number}-)(\\d+)\\b`, 'g');
  return [...new Set([...listings.matchAll(names)].map(([, host]) => Number(host)))];
}

/** Removes the host's interface and namespace; nothing where there are none. */
export async function removeHostNetwork(network: LabNetwork, host: number): Promise<void> {
  await runCommand('ip', ['link', 'del', linkName(network, host)], { allowFailure: true });
  await runCommand('ip', ['netns', 'del', machineName(network, host)], { allowFailure: true });
}

/** Removes the bridge; nothing where there is none. */
export async function releaseNetwork(network: LabNetwork): Promise<void> {
  await runCommand('ip', ['link', 'del', network.name], { allowFailure: true });
}
