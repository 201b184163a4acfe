import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../stack-error.ts';
import { runInMachine, type Machine } from './machine.ts';

const readyTimeoutMs = 60_000;

/** Whether an SSH server greets at the address. */
export function greetsAsSsh(address: string, port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const done = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.setTimeout(timeoutMs, () => {
      done(false);
    });
    socket.once('data', (data) => {
      done(data.toString('latin1').startsWith('SSH-'));
    });
    socket.once('error', () => {
      done(false);
    });
    socket.once('close', () => {
      resolve(false);
    });
  });
}

/** Holds when what the baseline demands of a running host has come up after the boot. */
const settled = `systemctl is-active --quiet ssh nftables auditd chrony rsyslog cron &&
chronyc -n tracking | grep -q '^Leap status *: Normal'`;

/** Resolves when the host can be logged in to and its services have settled; rejects, naming its log, if it does not. */
export async function waitUntilReady(machine: Machine, id: string, logFile: string): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  const inTime = () => {
    if (performance.now() < deadline) return;
    const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new StackError(
      'not_ready',
      `lab host ${id} was not ready within ${readyTimeoutMs / 1_000} s: ${tail}`,
      `Read ${logFile}.`,
    );
  };
  while (!(await greetsAsSsh(machine.address, 22))) {
    inTime();
    await sleep(20);
  }
  while ((await runInMachine(machine, settled, { allowFailure: true })).exitCode !== 0) {
    inTime();
    await sleep(50);
  }
}

/** One-line public key of the host, read from its disk and so not subject to what the network says. */
export function hostPublicKey(machine: Machine): string {
  return readFileSync(join(machine.root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').trim();
}
