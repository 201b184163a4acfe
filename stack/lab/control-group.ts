import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';

/**
 * The hierarchies a lab's control groups are made in: the hybrid layout's that systemd-nspawn needs, or the single one
 * of a machine with control groups version 2 only.
 */
function hierarchies(): string[] {
  const hybrid = ['systemd', 'unified', 'memory', 'pids'].map((name) => join(root, name));
  const present = hybrid.filter((path) => existsSync(join(path, 'cgroup.procs')));
  return present.length > 0 ? present : [root];
}

/** Makes the control group; resolves to the files a process writes its number into to join it. */
export function createControlGroup(name: string): string[] {
  return hierarchies().map((hierarchy) => {
    const directory = join(hierarchy, name);
    mkdirSync(directory, { recursive: true });
    return join(directory, 'cgroup.procs');
  });
}

/** Names of the control groups directly under the root that begin with `prefix`. */
export function controlGroupsNamed(prefix: string): string[] {
  const names = hierarchies().flatMap((hierarchy) => {
    if (!existsSync(hierarchy)) return [];
    return readdirSync(hierarchy).filter((name) => name.startsWith(prefix));
  });
  return [...new Set(names)];
}

/** Directories of a control group, inner ones first. */
function directoriesOf(path: string): string[] {
  let inner: string[];
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    // It is not there, or went while it was read: sessions of a host come and go.
    return [];
  }
  return [...inner.flatMap((name) => directoriesOf(join(path, name))), path];
}

function processesOf(name: string): number[] {
  const pids = hierarchies().flatMap((hierarchy) =>
    directoriesOf(join(hierarchy, name)).flatMap((directory) => {
      try {
        return readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
      } catch {
        // It was removed meanwhile, and so has no processes.
        return [];
      }
    }),
  );
  return [...new Set(pids)].filter((pid) => pid > 0);
}

/** How long systemd-nspawn gets to remove its own traces after its host was killed. */
const supervisorGraceMs = 1_000;

function isContainerSupervisor(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'systemd-nspawn';
  } catch {
    return false;
  }
}

/** Kills every process in the control group and removes it. Resolves when nothing of it is left. */
export async function removeControlGroup(name: string): Promise<void> {
  const startedAt = performance.now();
  const deadline = startedAt + 10_000;
  for (;;) {
    const sparesSupervisor = performance.now() - startedAt < supervisorGraceMs;
    for (const pid of processesOf(name)) {
      if (sparesSupervisor && isContainerSupervisor(pid)) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended between the reading and the killing.
      }
    }
    let left = 0;
    for (const directory of hierarchies().flatMap((hierarchy) => directoriesOf(join(hierarchy, name)))) {
      try {
        rmdirSync(directory);
      } catch {
        left += 1;
      }
    }
    if (left === 0) return;
    if (performance.now() > deadline) throw new Error(`the control group ${name} could not be emptied`);
    await sleep(10);
  }
}
