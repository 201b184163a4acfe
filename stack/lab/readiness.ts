import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../stack-error.ts';
import type { BootedHost } from './booted-host.ts';

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
export async function waitUntilReady(host: BootedHost, id: string, logFile: string): Promise<void> {
  const deadline = performance.now() + host.readyTimeoutMs;
  const inTime = () => {
    if (performance.now() < deadline) return;
    const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new StackError(
      'not_ready',
      `lab host ${id} was not ready within ${host.readyTimeoutMs / 1_000} s: ${tail}`,
      `Read ${logFile}.`,
    );
  };
  while (!(await greetsAsSsh(host.address, 22))) {
    inTime();
    await sleep(20);
  }
  for (;;) {
    const askedAt = performance.now();
    if ((await host.run(settled, { allowFailure: true })).exitCode === 0) return;
    inTime();
    // Where asking is slow it keeps the host from settling: half of the time is left to it.
    await sleep(Math.max(50, performance.now() - askedAt));
  }
}
