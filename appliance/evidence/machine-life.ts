import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Heartbeat } from '../../evidence/statements/heartbeat-v1.ts';

/** What a heartbeat says of the machine it is made on. */
export type MachineLife = Pick<Heartbeat, 'bootId' | 'uptimeSeconds' | 'clock'>;

const run = promisify(execFile);
const clockTimeoutMs = 5_000;

/** Reads the machine. Whatever cannot be read is `unknown`; never rejects. */
export async function readMachineLife(): Promise<MachineLife> {
  return {
    bootId: await bootId(),
    uptimeSeconds: Math.floor(uptime()),
    clock: { state: await clockState() },
  };
}

/** Stands for the boot where the system does not number its boots: then each start of the program counts as one. */
const startId = randomUUID();

async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return z.uuid().safeParse(text.trim()).data ?? startId;
}

/** Asks systemd, which reads it from the kernel, whichever program sets the clock. */
async function clockState(): Promise<MachineLife['clock']['state']> {
  const question = ['show', '--property=NTPSynchronized', '--value'];
  try {
    const { stdout } = await run('timedatectl', question, { timeout: clockTimeoutMs });
    const states = { yes: 'synchronised', no: 'unsynchronised' } as const;
    const answer = stdout.trim();
    return answer === 'yes' || answer === 'no' ? states[answer] : 'unknown';
  } catch {
    return 'unknown';
  }
}
