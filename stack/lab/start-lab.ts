import { join } from 'node:path';
import type { Log } from '../log.ts';
import { StackError } from '../stack-error.ts';
import type { LabSetting } from '../stack.ts';
import { hasDockerEngine, startDockerLab } from './docker-lab.ts';
import { openGivenHosts, parseGivenHost } from './given-hosts.ts';
import type { Lab } from './lab.ts';
import { startNspawnLab } from './nspawn-lab.ts';

export interface LabOptions {
  projectDirectory: string;
  dataDirectory: string;
  cacheDirectory: string;
  log: Log;
}

/** Boots the hosts, or opens those given; undefined where none were asked for. */
export type BootLab = () => Promise<Lab | undefined>;

/**
 * Chooses the best way this machine has to the hosts that were asked for and says which; rejects at once where there is
 * none, before anything is started.
 */
export async function planLab(setting: LabSetting, options: LabOptions): Promise<BootLab> {
  const { dataDirectory, cacheDirectory, log } = options;
  const recipeDirectory = join(options.projectDirectory, 'stack/lab');
  if (setting.kind === 'none') return () => Promise.resolve(undefined);
  if (setting.kind === 'given') {
    const hosts = setting.hosts.map(parseGivenHost);
    return () => openGivenHosts(hosts, setting.identityFile);
  }
  const { count, ownKernels = 0 } = setting;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    log(`booting ${count} lab ${count === 1 ? 'host' : 'hosts'} with systemd-nspawn`);
    return () => startNspawnLab({ count, ownKernels, dataDirectory, cacheDirectory, recipeDirectory, log });
  }
  if (await hasDockerEngine()) {
    log('booting lab hosts with Docker: a way its authors have not tried; theirs is root on Linux');
    return () => startDockerLab({ count, dataDirectory, recipeDirectory, log });
  }
  throw new StackError(
    'part_unavailable',
    'lab hosts need root on Linux (systemd-nspawn) or Docker, and here is neither',
    'Run as root on Debian or Ubuntu, install Docker, or give a host with --host user@name --identity KEY.',
  );
}
