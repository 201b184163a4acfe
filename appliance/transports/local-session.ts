import { spawn } from 'node:child_process';
import { systemPath } from './compose-script.ts';
import type { ShellSession } from './drive-run.ts';

/** Starts a shell of this machine, in a session of its own and with nothing of our environment but the home. */
export function startLocalShell(options: { sudo: boolean }): ShellSession {
  // By env(1), which says so on standard error where there is no sudo.
  const child = spawn('/usr/bin/env', [...(options.sudo ? ['sudo', '-n'] : []), '/bin/sh', '-s'], {
    stdio: 'pipe',
    detached: true,
    env: { HOME: process.env['HOME'] ?? '/', PATH: systemPath },
  });
  // Where the shell cannot be started at all, its exit is never told; closing is.
  child.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onExit: (listener) => {
      child.once('exit', (code) => {
        listener(code ?? undefined);
      });
    },
    onClose: (listener) => {
      child.once('close', listener);
    },
    destroy: () => {
      child.stdout.destroy();
      child.stderr.destroy();
      child.stdin.destroy();
    },
  };
}
