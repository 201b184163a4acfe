import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runCommand } from '../run-command.ts';
import type { Log } from '../log.ts';
import { identifyProcess, isRunning } from '../supervisor/process-identity.ts';
import { controlGroupsNamed, removeControlGroup } from './control-group.ts';
import { hostsWithNetwork, labNetwork, machineName, releaseNetwork, removeHostNetwork } from './network.ts';

/** Where the mounts of this machine's labs lie; one directory a lab, named as its bridge. */
const runDirectory = '/run/malachor';

/** What another process needs to join a lab, and what names all it may leave behind. */
export const labInstanceSchema = z.object({
  network: z.number().int().min(1).max(254),
  /** The root file system hosts start from. */
  base: z.string(),
  /** Where the image of hosts with their own kernel is kept, and `stack/lab`, from which it is made. */
  cacheDirectory: z.string(),
  recipeDirectory: z.string(),
  identityFile: z.string(),
  publicKey: z.string(),
  logDirectory: z.string(),
  owner: z.object({ pid: z.number().int(), startTime: z.string() }),
});
export type LabInstance = z.output<typeof labInstanceSchema>;

export function instanceDirectory(network: number): string {
  return join(runDirectory, labNetwork(network).name);
}

/** Directory of one host (or of the clock source) of a lab. */
export function hostDirectory(network: number, host: number | 'clock'): string {
  return join(instanceDirectory(network), String(host));
}

/** This process, as the owner of a lab. */
export function thisProcess(): LabInstance['owner'] {
  const identity = identifyProcess(process.pid);
  if (!identity) throw new Error('this process cannot be read from the process table');
  return identity;
}

/** Notes the lab and its owner, so that a later run can sweep up if the owner dies without stopping it. */
export function noteInstance(instance: LabInstance): void {
  const directory = instanceDirectory(instance.network);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  writeFileSync(join(directory, 'lab.json'), JSON.stringify(instance), { mode: 0o600 });
}

/** Unmounts and removes a host's file systems; never follows a mount that stays. */
export async function removeHostFiles(directory: string): Promise<void> {
  await runCommand('umount', ['-l', join(directory, 'root')], { allowFailure: true });
  await runCommand('umount', ['-l', directory], { allowFailure: true });
  await runCommand('rm', ['-rf', '--one-file-system', directory]);
}

/** Kills and removes one host of a lab; nothing where there is none. */
export async function removeMachine(network: number, host: number): Promise<void> {
  const name = machineName(labNetwork(network), host);
  await removeControlGroup(name);
  await removeHostNetwork(labNetwork(network), host);
  await removeHostFiles(hostDirectory(network, host));
  for (const kind of ['propagate', 'unix-export']) {
    rmSync(`/run/systemd/nspawn/${kind}/${name}`, { recursive: true, force: true });
  }
}

/** Removes everything a lab made, whoever booted it: processes, namespaces, mounts, control groups, bridge. */
export async function removeInstance(network: number): Promise<void> {
  const directory = instanceDirectory(network);
  const prefix = `${labNetwork(network).name}-`;
  const hosts = new Set(await hostsWithNetwork(labNetwork(network)));
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    if (/^\d+$/.test(name)) hosts.add(Number(name));
  }
  for (const name of controlGroupsNamed(prefix)) {
    const host = /-h(\d+)$/.exec(name)?.[1];
    if (host === undefined) await removeControlGroup(name);
    else hosts.add(Number(host));
  }
  await Promise.all([...hosts].map((host) => removeMachine(network, host)));
  await removeHostFiles(hostDirectory(network, 'clock'));
  await releaseNetwork(labNetwork(network));
  rmSync(join(directory, 'lab.json'), { force: true });
  if (existsSync(directory)) rmdirSync(directory);
}

/** Removes the labs whose owner ended without stopping them. */
export async function sweepAbandonedInstances(log: Log): Promise<void> {
  if (!existsSync(runDirectory)) return;
  for (const name of readdirSync(runDirectory)) {
    const file = join(runDirectory, name, 'lab.json');
    if (!existsSync(file)) continue;
    const instance = labInstanceSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!instance.success || isRunning(instance.data.owner)) continue;
    log(`removing lab ${name}, which a killed process (${instance.data.owner.pid}) left behind`);
    await removeInstance(instance.data.network);
  }
}
