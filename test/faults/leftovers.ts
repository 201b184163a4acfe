import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { controlGroupsNamed } from '../../stack/lab/control-group.ts';
import { runCommand } from '../../stack/run-command.ts';

/** What is still there of a stack that was stopped: processes, mounts, network and control groups. In words. */
export async function findLeftovers(dataDirectory: string, labName: string): Promise<string[]> {
  const { stdout: links } = await runCommand('ip', ['-o', 'link', 'show']);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const isOfLab = (text: string) => new RegExp(`\\b${labName}\\b`, 'u').test(text);
  return [
    ...processesNaming(dataDirectory),
    ...mounts
      .filter((line) => line.includes(dataDirectory) || line.includes(`/run/malachor/${labName}/`))
      .map((line) => `mount ${line}`),
    ...links
      .split('\n')
      .filter(isOfLab)
      .map((line) => `network device ${line}`),
    ...(existsSync('/run/netns') ? readdirSync('/run/netns') : [])
      .filter((name) => name.startsWith(`${labName}-`))
      .map((name) => `network namespace ${name}`),
    ...controlGroupsNamed(`${labName}-`).map((name) => `control group ${name}`),
    ...(existsSync(`/run/malachor/${labName}`) ? [`directory /run/malachor/${labName}`] : []),
  ];
}

/** Processes, other than this one, that know the directory by argument or environment. */
function processesNaming(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const known = `${command}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
        return known.includes(directory) ? [`process ${pid}: ${command}`] : [];
      } catch {
        // It ended while it was looked at.
        return [];
      }
    });
}
