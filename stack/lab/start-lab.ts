import { join } from 'node:path';
import type { Log } from '../log.ts';
import { StackError } from '../stack-error.ts';
import type { LabSetting } from '../stack.ts';
import { hasDockerEngine, startDockerLab } from './docker-lab.ts';
import { openGivenHosts } from './given-hosts.ts';
import type { Lab } from './lab.ts';
import { startNspawnLab } from './nspawn-lab.ts';

export interface LabOptions {
  projectDirectory: string;
  dataDirectory: string;
  cacheDirectory: string;
  log: Log;
}

/** The hosts that were asked for, by the best way this machine has; says which one it chose. */
export async function startLab(setting: LabSetting, options: LabOptions): Promise<Lab | undefined> {
  const { dataDirectory, cacheDirectory, log } = options;
  const recipeDirectory = join(options.projectDirectory, 'stack/lab');
  if (setting.kind === 'none') return undefined;
  if (setting.kind === 'given') return openGivenHosts(setting.hosts, setting.identityFile);
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    log(`booting ${setting.count} lab ${setting.count === 1 ? 'host' : 'hosts'} with systemd-nspawn`);
    return startNspawnLab({ count: setting.count, dataDirectory, cacheDirectory, recipeDirectory, log });
  }
  if (await hasDockerEngine()) {
    log(
      'booting lab hosts with Docker: this way is untried by its authors; lab hosts as root on Linux are what is tested',
    );
    return startDockerLab({ count: setting.count, dataDirectory, recipeDirectory, log });
  }
  throw new StackError(
    'part_unavailable',
    'lab hosts need root on Linux (systemd-nspawn) or Docker, and here is neither',
    'Run as root on Debian or Ubuntu, install Docker, or give a host with --host user@name --identity KEY.',
  );
}
