import { spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, type CommandResult } from '../run-command.ts';
import type { RunOptions } from './lab.ts';
import { createControlGroup } from './control-group.ts';
import type { LabInstance } from './instance.ts';
import { labNetwork, machineName } from './network.ts';

/** Uid of the account `healer` in the base. */
const healerUid = 1000;

/** Joins the control groups whose `cgroup.procs` files are the first arguments, then becomes the rest of them. */
const joinAndExec =
  'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1"; shift; n=$((n-1)); done; exec "$@"';

/** Starts a process in the control groups, in a session of its own, with its output appended to `logFile`. */
export function spawnInControlGroup(
  name: string,
  command: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv = process.env,
): number {
  const joins = createControlGroup(name);
  const output = openSync(logFile, 'a', 0o640);
  const child = spawn('/bin/sh', ['-c', joinAndExec, 'sh', String(joins.length), ...joins, ...command], {
    detached: true,
    env,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  // Its end is noticed by whoever needs it; the reference must not keep this process from ending.
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`${command[0] ?? ''} could not be started`);
  return child.pid;
}

/** Mounts a fresh writable view of the base at `<directory>/root`, its changes held in memory. */
export async function mountRoot(base: string, directory: string, megabytes: number): Promise<string> {
  const root = join(directory, 'root');
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  await runCommand('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'malachor-lab', directory]);
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(directory, name), { mode: 0o755 });
  const layers = `lowerdir=${base},upperdir=${join(directory, 'upper')},workdir=${join(directory, 'work')}`;
  await runCommand('mount', ['-t', 'overlay', '-o', layers, 'malachor-lab', root]);
  return root;
}

/** Settings of chrony on a lab host. */
export function chronySettings(instance: LabInstance): string {
  return `# The lab's own time source; polled often at first, so that a fresh host is synchronised at once.
server ${labNetwork(instance.network).address} iburst minpoll -2 maxpoll 6
driftfile /var/lib/chrony/chrony.drift
makestep 1 3
`;
}

/** Writes what differs from host to host: name, the lab's key, where the time comes from. */
export function personalise(root: string, id: string, instance: LabInstance): void {
  writeFileSync(join(root, 'etc/hostname'), `${id}\n`);
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${id}\n`);
  const keys = join(root, 'home/healer/.ssh/authorized_keys');
  writeFileSync(keys, `${instance.publicKey}\n`, { mode: 0o600 });
  chownSync(keys, healerUid, healerUid);
  writeFileSync(join(root, 'etc/chrony/chrony.conf'), chronySettings(instance));
}

/** A container that boots or has booted, as seen from outside. */
export interface Machine {
  root: string;
  /** Pid of systemd-nspawn. */
  pid: number;
}

/** Boots host number `host` from `root`; its network exists already. It is not ready yet then. */
export function bootMachine(instance: LabInstance, host: number, id: string, root: string): Machine {
  const machine = machineName(labNetwork(instance.network), host);
  // Trusted images only: the host shares this machine's kernel and may rule its own network and audit settings.
  const command = [
    'systemd-nspawn',
    '--quiet',
    `--directory=${root}`,
    '--boot',
    '--register=no',
    '--keep-unit',
    `--network-namespace-path=/run/netns/${machine}`,
    `--machine=${machine}`,
    `--hostname=${id}`,
    '--console=read-only',
    '--drop-capability=CAP_MKNOD',
    '--capability=CAP_NET_ADMIN,CAP_AUDIT_CONTROL,CAP_AUDIT_READ,CAP_AUDIT_WRITE',
    '--resolv-conf=off',
    '--timezone=off',
  ];
  const env = { PATH: process.env['PATH'], SYSTEMD_SECCOMP: '0', SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network' };
  const pid = spawnInControlGroup(machine, command, join(instance.logDirectory, `${id}.log`), env);
  return { root, pid };
}

/** Pid of the host's own init, or undefined while it does not run. */
function initOf(machine: Machine): number | undefined {
  try {
    const children = readFileSync(`/proc/${machine.pid}/task/${machine.pid}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  } catch {
    return undefined;
  }
}

/** Runs a shell script as root inside the host, without its network or sshd. */
export async function runInMachine(
  machine: Machine,
  script: string,
  options: RunOptions = {},
): Promise<CommandResult> {
  const init = initOf(machine);
  if (init === undefined) throw new Error('the host does not run');
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd'];
  const command = ['--target', String(init), ...namespaces, '--', '/bin/sh', '-c', script];
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
  };
  return runCommand('nsenter', command, { ...options, env });
}
