import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cached } from '../../cache.ts';
import { withProgress, type Log } from '../../log.ts';
import { runCommand } from '../../run-command.ts';
import { StackError } from '../../stack-error.ts';
import { filesUnder, recipeDigest } from '../recipe-digest.ts';
import { ensureLabPrograms, virtualMachinePrograms } from '../requirements.ts';
import { connectAgent } from './guest-agent.ts';
import { connectControl } from './machine-control.ts';
import { agentSocket, controlSocket, qemuCommand, type MachineImage } from './qemu-command.ts';

/** A booted, settled machine to resume hosts from. */
export interface SavedMachine extends MachineImage {
  /** State of processors and devices. */
  state: string;
}

export interface SavedMachineSources {
  cacheDirectory: string;
  /** `stack/lab` of the checkout. */
  recipeDirectory: string;
  /** The base of the lab's hosts, in the cache. */
  base: string;
}

const bootTimeoutMs = 10 * 60_000;

/**
 * Leaves the machine as one that was never used: without what must be each host's own, and with nothing that would act
 * when the clock jumps to the present.
 */
const rest = `systemctl stop --quiet ssh chrony timers.target '*.timer'
rm -f /etc/ssh/ssh_host_* /var/lib/systemd/timers/*
journalctl --quiet --rotate --vacuum-time=1s
sync`;

/**
 * The saved machine, made once: kernel fetched, disk made of the base, booted, saved. About a minute and a half on an idle
 * machine with two cores. Needs root on a machine with x86-64 processors.
 */
export async function savedMachine(sources: SavedMachineSources, log: Log): Promise<SavedMachine> {
  if (process.arch !== 'x64' || !existsSync('/dev/net/tun'))
    throw new StackError(
      'part_unavailable',
      'lab hosts with their own kernel need an x86-64 machine with /dev/net/tun',
      'Use hosts that share the kernel, or give one with --host.',
    );
  await ensureLabPrograms(log, virtualMachinePrograms);
  const { cacheDirectory: cache, base } = sources;
  const recipe = join(sources.recipeDirectory, 'vm');
  const fetchKernel = join(recipe, 'fetch-kernel.sh');
  const kernel = await cached(
    cache,
    `lab-kernel-${recipeDigest(recipe, [fetchKernel])}`,
    log,
    async (directory) => {
      log('fetching a Debian kernel for lab hosts of their own kernel (once on this machine)');
      await runCommand(fetchKernel, [directory], { tethered: true, timeoutMs: 10 * 60_000 });
    },
  );
  const version = (await runCommand('qemu-system-x86_64', ['--version'])).stdout;
  const parts = ['build-image.sh', 'initrd-init', 'qemu-command.ts', 'saved-machine.ts'];
  const files = [...parts.map((part) => join(recipe, part)), ...filesUnder(join(recipe, 'guest-files'))];
  const digest = recipeDigest(recipe, files, [version, basename(kernel), basename(dirname(base))]);
  const directory = await cached(cache, `lab-machine-${digest}`, log, (building) =>
    buildMachine(base, kernel, recipe, building, log),
  );
  return machineIn(directory, kernel);
}

function machineIn(directory: string, kernel: string): SavedMachine {
  return {
    kernel: join(kernel, 'vmlinuz'),
    initrd: join(directory, 'initrd.img'),
    disk: join(directory, 'disk.img'),
    memory: join(directory, 'memory'),
    state: join(directory, 'state'),
  };
}

async function buildMachine(
  base: string,
  kernel: string,
  recipe: string,
  directory: string,
  log: Log,
): Promise<void> {
  const build = [join(recipe, 'build-image.sh'), base, kernel, recipe, directory];
  // Mounts of its own: nothing stays mounted if it is killed.
  await runCommand('unshare', ['--mount', '--propagation', 'private', ...build], { tethered: true });
  log('booting the lab host with its own kernel to save it (one to two minutes, once on this machine)');
  const machine = machineIn(directory, kernel);
  // Paths of sockets are short; those of caches need not be.
  const sockets = mkdtempSync(join(tmpdir(), 'malachor-machine-'));
  const consoleFile = join(sockets, 'console');
  try {
    await withProgress(log, 'booting and saving the machine', () =>
      bootAndSave(machine, sockets, consoleFile),
    );
  } catch (cause) {
    const said = existsSync(consoleFile) ? readFileSync(consoleFile, 'utf8').slice(-1_000) : '';
    throw new StackError(
      'not_ready',
      `the lab host with its own kernel could not be made: ${String(cause)}\n${said}`,
      'Read what its console says; use hosts that share the kernel meanwhile.',
      { cause },
    );
  } finally {
    rmSync(sockets, { recursive: true, force: true });
  }
  for (const file of [machine.disk, machine.memory, machine.state]) chmodSync(file, 0o444);
}

async function bootAndSave(machine: SavedMachine, sockets: string, consoleFile: string): Promise<void> {
  const [program = '', ...args] = qemuCommand({
    image: machine,
    directory: sockets,
    consoleFile,
    macAddress: '52:54:00:00:00:01',
    mode: { kind: 'build' },
  });
  const ended = runCommand(program, args, { tethered: true, timeoutMs: bootTimeoutMs });
  let isSaved = false;
  const saved = async () => {
    const control = await connectControl(controlSocket(sockets), 10_000);
    try {
      const agent = await connectAgent(agentSocket(sockets), 'the machine to save', 10_000);
      const settle = 'systemctl is-system-running --wait; systemctl --failed --no-legend --plain';
      const { stdout } = await agent.run(settle, { timeoutMs: bootTimeoutMs, allowFailure: true });
      if (stdout.trim() !== 'running') throw new Error(`its services did not settle: ${stdout}`);
      await agent.run(rest);
      agent.close();
      await control.save(machine.state);
      isSaved = true;
    } finally {
      await control.quit().catch(() => undefined);
      control.close();
    }
  };
  const endedInTime = async () => {
    await ended;
    if (!isSaved) throw new Error('QEMU ended before the machine was saved');
  };
  await Promise.all([saved(), endedInTime()]);
}
