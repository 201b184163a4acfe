import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import { runCommand } from '../../run-command.ts';
import { StackError } from '../../stack-error.ts';
import type { BootedHost } from '../booted-host.ts';
import { hostDirectory, type LabInstance } from '../instance.ts';
import { spawnInControlGroup } from '../machine.ts';
import { hostAddress, labNetwork, machineName, tapName } from '../network.ts';
import { connectAgent } from './guest-agent.ts';
import { connectControl } from './machine-control.ts';
import { newHostKey, ownSettings } from './own-settings.ts';
import { agentSocket, controlSocket, qemuCommand } from './qemu-command.ts';
import { savedMachine } from './saved-machine.ts';

const startTimeoutMs = 20_000;
/** Seconds on an idle machine; emulation gives way to whatever else runs there. */
const readyTimeoutMs = 480_000;
/** More than the disk can hold, so that a full disk is the host's own and never QEMU's. */
const changesMegabytes = 1_280;

/** Stays the same over a boot and differs from any other. */
const bootId = 'cat /proc/sys/kernel/random/boot_id';

/**
 * Resumes host number `host`, whose network exists already, from the saved machine and makes it a host of its own: key,
 * name, address, random numbers and the present time.
 */
export async function resumeHost(
  instance: LabInstance,
  host: number,
  id: string,
  log: Log,
): Promise<BootedHost> {
  const saved = await savedMachine(instance, log);
  const network = labNetwork(instance.network);
  const directory = hostDirectory(instance.network, host);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await runCommand('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${changesMegabytes}m,mode=700`,
    'malachor-lab',
    directory,
  ]);

  const macAddress = ['52:54:0a', network.number, 0, host]
    .map((part) => (typeof part === 'number' ? part.toString(16).padStart(2, '0') : part))
    .join(':');
  const command = qemuCommand({
    image: saved,
    directory,
    consoleFile: join(instance.logDirectory, `${id}.log`),
    macAddress,
    mode: { kind: 'resume', tap: tapName(network, host) },
  });
  const env = { PATH: process.env['PATH'], TMPDIR: directory };
  spawnInControlGroup(machineName(network, host), command, join(instance.logDirectory, `${id}.log`), env);
  const withControl = async (use: (control: Awaited<ReturnType<typeof connectControl>>) => Promise<void>) => {
    const control = await connectControl(controlSocket(directory), startTimeoutMs);
    try {
      await use(control);
    } finally {
      control.close();
    }
  };
  await withControl((control) => control.resume(saved.state));
  let agent = await connectAgent(agentSocket(directory), id, startTimeoutMs);

  const key = newHostKey(id);
  const { script, input } = ownSettings({ id, host, key, macAddress, instance });
  await agent.run(script, { input, timeoutMs: readyTimeoutMs });

  /** Resolves when the agent answers from another boot than `previous`. */
  const bootedAgain = async (previous: string) => {
    const deadline = performance.now() + readyTimeoutMs;
    for (;;) {
      agent.close();
      agent = await connectAgent(agentSocket(directory), id, startTimeoutMs);
      const now = await agent.run(bootId, { timeoutMs: 5_000 }).catch(() => undefined);
      if (now && now.stdout !== previous) return;
      if (performance.now() > deadline)
        throw new StackError(
          'not_ready',
          `lab host ${id} did not boot again within ${readyTimeoutMs / 1_000} s`,
          `Read ${join(instance.logDirectory, `${id}.log`)}.`,
        );
      await sleep(100);
    }
  };

  return {
    address: hostAddress(network, host),
    readyTimeoutMs,
    publicKey: () => key.publicKey,
    run: (script, options) => agent.run(script, options),
    reboot: async (how) => {
      const { stdout } = await agent.run(bootId);
      if (how === 'cut') await withControl((control) => control.reset());
      else await agent.run('systemctl --no-block reboot', { allowFailure: true });
      await bootedAgain(stdout);
    },
  };
}
