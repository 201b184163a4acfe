import { existsSync } from 'node:fs';
import { findCommand } from '../find-command.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';
import { StackError } from '../stack-error.ts';

/** A program the lab needs on this machine and the Debian package it is in. */
export interface LabProgram {
  command: string;
  debianPackage: string;
}

const labPrograms: readonly LabProgram[] = [
  { command: 'systemd-nspawn', debianPackage: 'systemd-container' },
  { command: 'mmdebstrap', debianPackage: 'mmdebstrap' },
  { command: 'ip', debianPackage: 'iproute2' },
  { command: 'zstd', debianPackage: 'zstd' },
  { command: 'nsenter', debianPackage: 'util-linux' },
];

/** What hosts with their own kernel need besides. */
export const virtualMachinePrograms: readonly LabProgram[] = [
  { command: 'qemu-system-x86_64', debianPackage: 'qemu-system-x86' },
  { command: 'mke2fs', debianPackage: 'e2fsprogs' },
];

/** Those of the programs that are missing. */
export function missingLabPrograms(programs = labPrograms): LabProgram[] {
  return programs.filter(({ command }) => findCommand(command) === undefined);
}

/** Installs what the lab lacks where this is a Debian and we are root; rejects, naming what to install, elsewhere. */
export async function ensureLabPrograms(log: Log, programs = labPrograms): Promise<void> {
  const missing = missingLabPrograms(programs);
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const names = missing.map(({ command }) => command).join(', ');
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw new StackError(
      'command_missing',
      `lab hosts need ${names}`,
      `Install the equivalents of Debian's ${packages.join(', ')}, or give a host with --host.`,
    );
  log(`installing Debian packages for lab hosts: ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  await withProgress(log, 'installing packages', async () => {
    const first = await runCommand('apt-get', install, { env, allowFailure: true });
    if (first.exitCode === 0) return;
    await runCommand('apt-get', ['update', '-q'], { env });
    await runCommand('apt-get', install, { env });
  });
}
