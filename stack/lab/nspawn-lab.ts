import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { StackError } from '../stack-error.ts';
import type { Lab, LabHost, NewHost } from './lab.ts';
import { startClockSource } from './clock-source.ts';
import {
  hostDirectory,
  instanceDirectory,
  noteInstance,
  removeInstance,
  removeMachine,
  sweepAbandonedInstances,
  thisProcess,
  type LabInstance,
} from './instance.ts';
import type { BootedHost } from './booted-host.ts';
import { bootNspawnHost } from './nspawn-host.ts';
import {
  addHostNetwork,
  claimNetwork,
  hostsWithNetwork,
  labNetwork,
  maxHosts,
  removeHostNetwork,
  type HostLink,
} from './network.ts';
import { waitUntilReady } from './readiness.ts';
import { ensureLabPrograms } from './requirements.ts';
import { labBase } from './root-file-system.ts';
import { fingerprint, sshIdentity } from './ssh-identity.ts';
import { resumeHost } from './vm/resume-host.ts';

export interface NspawnLabOptions {
  dataDirectory: string;
  cacheDirectory: string;
  /** `stack/lab` of the checkout. */
  recipeDirectory: string;
  log: Log;
}

/** Makes the network, key and clock source of a lab without hosts. Sweeps up after killed runs first. */
export async function createInstance(options: NspawnLabOptions): Promise<LabInstance> {
  const { log } = options;
  await ensureLabPrograms(log);
  await sweepAbandonedInstances(log);
  const base = await labBase(options.cacheDirectory, options.recipeDirectory, log);
  const directory = join(options.dataDirectory, 'lab');
  const logDirectory = join(directory, 'logs');
  mkdirSync(logDirectory, { recursive: true });
  const identity = sshIdentity(join(directory, 'ssh', 'identity'));
  const network = await claimNetwork();
  // A killed run may have left interfaces of this number behind, whose bridge is gone.
  for (const host of await hostsWithNetwork(network)) await removeHostNetwork(network, host);
  const instance: LabInstance = {
    network: network.number,
    base,
    cacheDirectory: options.cacheDirectory,
    recipeDirectory: options.recipeDirectory,
    identityFile: identity.file,
    publicKey: identity.publicKey,
    logDirectory,
    owner: thisProcess(),
  };
  noteInstance(instance);
  try {
    await startClockSource(instance);
  } catch (error) {
    await removeInstance(network.number);
    throw error;
  }
  return instance;
}

const userInstances = '/proc/sys/fs/inotify/max_user_instances';

/** Every booted systemd holds several inotify instances; Debian's default of 128 is used up near 20 hosts. */
function ensureInotifyInstances(hosts: number, log: Log): void {
  const wanted = hosts * 8;
  if (Number(readFileSync(userInstances, 'utf8')) >= wanted) return;
  log(`raising fs.inotify.max_user_instances to ${wanted * 2} until the next reboot, for ${hosts} lab hosts`);
  writeFileSync(userInstances, String(wanted * 2));
}

/** Takes the lowest free host number by making its network; several processes may do so at once. */
async function claimHostNumber(instance: LabInstance, link: HostLink): Promise<number> {
  for (let host = 1; host <= maxHosts; host += 1) {
    if (existsSync(hostDirectory(instance.network, host))) continue;
    if (await addHostNetwork(labNetwork(instance.network), host, link)) return host;
  }
  throw new StackError('part_unavailable', `a lab holds at most ${maxHosts} hosts`, 'Remove a host first.');
}

/**
 * The lab of `instance`. Whoever owns it removes all of it by `stop`, others' hosts too; whoever joined it removes the
 * hosts added here.
 */
export function openInstance(instance: LabInstance, role: 'owner' | 'guest', log: Log): Lab {
  const machines = new Map<string, { number: number; machine: BootedHost; host: LabHost }>();

  const machineOf = (id: string) => {
    const found = machines.get(id);
    if (!found)
      throw new StackError('configuration_invalid', `the lab has no host ${id}`, 'Use one of its hosts.');
    return found;
  };

  const logFile = (id: string) => join(instance.logDirectory, `${id}.log`);

  const addHost = async (options: NewHost = {}): Promise<LabHost> => {
    const { id: wanted, diskMegabytes = 512, kernel = 'shared' } = options;
    const number = await claimHostNumber(instance, kernel === 'own' ? 'virtual-machine' : 'namespace');
    const id = wanted ?? `host-${number}`;
    try {
      const present = readdirSync(instanceDirectory(instance.network)).filter((name) => /^\d+$/.test(name));
      ensureInotifyInstances(present.length + 1, log);
      const machine =
        kernel === 'own'
          ? await resumeHost(instance, number, id, log)
          : await bootNspawnHost(instance, number, id, diskMegabytes);
      await waitUntilReady(machine, id, logFile(id));
      const host: LabHost = {
        id,
        address: machine.address,
        port: 22,
        user: 'healer',
        identityFile: instance.identityFile,
        hostKey: fingerprint(machine.publicKey()),
        ...(kernel === 'own' ? { ownKernel: true } : {}),
      };
      machines.set(id, { number, machine, host });
      return host;
    } catch (error) {
      await removeMachine(instance.network, number);
      throw error;
    }
  };

  const removeHost = async (id: string): Promise<void> => {
    const { number } = machineOf(id);
    machines.delete(id);
    await removeMachine(instance.network, number);
  };

  return {
    kind: 'nspawn',
    get hosts() {
      return [...machines.values()].map(({ host }) => host);
    },
    addHost,
    removeHost,
    reboot: async (id, how = 'orderly') => {
      const { machine } = machineOf(id);
      await machine.reboot(how);
      await waitUntilReady(machine, id, logFile(id));
    },
    run: async (id, script, options) => machineOf(id).machine.run(script, options),
    stop: async () => {
      if (role === 'owner') await removeInstance(instance.network);
      else await Promise.all([...machines.keys()].map(removeHost));
      machines.clear();
    },
  };
}

/** A lab with `count` containers, and as many virtual machines as are asked for after them. Needs root on Linux. */
export async function startNspawnLab(
  options: NspawnLabOptions & { count: number; ownKernels?: number },
): Promise<Lab> {
  const lab = openInstance(await createInstance(options), 'owner', options.log);
  try {
    // A few at a time: booting is processor-bound, and a host must come up within its time limit.
    for (let next = 1; next <= options.count; next += 4) {
      const batch = Array.from({ length: Math.min(4, options.count - next + 1) }, (_, index) => next + index);
      await Promise.all(batch.map((number) => lab.addHost({ id: `host-${number}` })));
    }
    for (let next = 1; next <= (options.ownKernels ?? 0); next += 1)
      await lab.addHost({ id: `kernel-${next}`, kernel: 'own' });
    return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}
