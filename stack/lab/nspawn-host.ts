import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../stack-error.ts';
import type { BootedHost } from './booted-host.ts';
import { removeControlGroup } from './control-group.ts';
import { hostDirectory, type LabInstance } from './instance.ts';
import { bootMachine, mountRoot, personalise, runInMachine } from './machine.ts';
import { addHostNetwork, hostAddress, labNetwork, machineName, removeHostNetwork } from './network.ts';

const shutdownTimeoutMs = 30_000;

/** Boots host number `host`, whose network exists already, as a container. */
export async function bootNspawnHost(
  instance: LabInstance,
  host: number,
  id: string,
  diskMegabytes: number,
): Promise<BootedHost> {
  const network = labNetwork(instance.network);
  const root = await mountRoot(instance.base, hostDirectory(instance.network, host), diskMegabytes);
  personalise(root, id, instance);
  let machine = bootMachine(instance, host, id, root);

  const shutDown = async () => {
    await runInMachine(machine, 'systemctl --no-block reboot', { allowFailure: true });
    const deadline = performance.now() + shutdownTimeoutMs;
    // systemd-nspawn ends when its host asks for a reboot: whoever keeps it starts it again.
    while (existsSync(`/proc/${machine.pid}`)) {
      if (performance.now() > deadline)
        throw new StackError(
          'not_ready',
          `lab host ${id} did not shut down within ${shutdownTimeoutMs / 1_000} s`,
          `Read ${join(instance.logDirectory, `${id}.log`)}.`,
        );
      await sleep(20);
    }
  };

  return {
    address: hostAddress(network, host),
    readyTimeoutMs: 60_000,
    publicKey: () => readFileSync(join(root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').trim(),
    run: (script, options) => runInMachine(machine, script, options),
    reboot: async (how) => {
      if (how === 'orderly') await shutDown();
      await removeControlGroup(machineName(network, host));
      // Firewall and network settings live in the namespace and would outlast the boot otherwise.
      await removeHostNetwork(network, host);
      if (!(await addHostNetwork(network, host, 'namespace')))
        throw new StackError(
          'part_unavailable',
          `the network of lab host ${id} was taken meanwhile`,
          'Remove it.',
        );
      machine = bootMachine(instance, host, id, root);
    },
  };
}
