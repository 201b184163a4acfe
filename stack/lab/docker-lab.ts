import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCommand } from '../find-command.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';
import { StackError } from '../stack-error.ts';
import type { Lab, LabHost } from './lab.ts';
import { greetsAsSsh } from './readiness.ts';
import { fingerprint, sshIdentity } from './ssh-identity.ts';

const image = 'malachor-lab';
const docker = (args: readonly string[], input?: string) =>
  runCommand('docker', args, input === undefined ? {} : { input });

/** Whether a Docker engine answers; the client alone is no use. */
export async function hasDockerEngine(): Promise<boolean> {
  if (findCommand('docker') === undefined) return false;
  const limits = { allowFailure: true, timeoutMs: 10_000 };
  const version = await runCommand('docker', ['version', '--format', '{{.Server.Version}}'], limits).catch(
    () => undefined,
  );
  return version?.exitCode === 0;
}

export interface DockerLabOptions {
  count: number;
  dataDirectory: string;
  recipeDirectory: string;
  log: Log;
}

/**
 * Lab hosts as Docker containers that boot systemd, reached on a port of 127.0.0.1. Untried: written for laptops, where
 * the systemd-nspawn way needs root. Their time comes from the machine, so the time check fails on them.
 */
export async function startDockerLab({
  count,
  dataDirectory,
  recipeDirectory,
  log,
}: DockerLabOptions): Promise<Lab> {
  await withProgress(log, 'building the lab host image', () =>
    docker(['build', '-q', '-t', image, recipeDirectory]),
  );
  const identity = sshIdentity(join(dataDirectory, 'lab', 'ssh', 'identity'));
  const prefix = `malachor-lab-${randomBytes(3).toString('hex')}`;
  const hosts = new Map<string, LabHost>();

  const exec: Lab['run'] = async (id, script, options = {}) =>
    runCommand('docker', ['exec', '-i', `${prefix}-${id}`, '/bin/sh', '-c', script], options);

  const refuse = (what: string) =>
    new StackError('part_unavailable', `Docker lab hosts ${what}`, 'Run as root on Debian or Ubuntu.');

  const addHost: Lab['addHost'] = async (options = {}) => {
    if (options.kernel === 'own') throw refuse('have no kernel of their own');
    const id = options.id ?? `host-${hosts.size + 1}`;
    const writable = ['--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp'];
    const rights = ['--privileged', '--cgroupns', 'private'];
    const network = ['--publish', '127.0.0.1::22', '--hostname', id];
    await docker([
      'run',
      '--detach',
      '--rm',
      '--name',
      `${prefix}-${id}`,
      ...rights,
      ...writable,
      ...network,
      image,
    ]);
    const published = (await docker(['port', `${prefix}-${id}`, '22/tcp'])).stdout.trim();
    const port = Number(published.split(':').pop());
    const deadline = performance.now() + 60_000;
    while (!(await greetsAsSsh('127.0.0.1', port))) {
      if (performance.now() > deadline)
        throw new StackError(
          'not_ready',
          `Docker lab host ${id} did not come up`,
          `Read docker logs ${prefix}-${id}.`,
        );
      await sleep(100);
    }
    const authorise = `install -o healer -g healer -m 600 /dev/stdin /home/healer/.ssh/authorized_keys`;
    await exec(id, authorise, { input: `${identity.publicKey}\n` });
    const publicKey = (await exec(id, 'cat /etc/ssh/ssh_host_ed25519_key.pub')).stdout.trim();
    const login = { address: '127.0.0.1', port, user: 'healer', identityFile: identity.file };
    const host: LabHost = { id, ...login, hostKey: fingerprint(publicKey) };
    hosts.set(id, host);
    return host;
  };
  const removeHost: Lab['removeHost'] = async (id) => {
    hosts.delete(id);
    await docker(['rm', '--force', `${prefix}-${id}`]);
  };
  const stop = async () => {
    const names = (await docker(['ps', '--all', '--quiet', '--filter', `name=${prefix}-`])).stdout.split(
      '\n',
    );
    const left = names.filter((name) => name !== '');
    if (left.length > 0) await docker(['rm', '--force', ...left]);
    hosts.clear();
  };
  const lab: Lab = {
    kind: 'docker',
    get hosts() {
      return [...hosts.values()];
    },
    addHost,
    removeHost,
    reboot: () => Promise.reject(refuse('cannot be rebooted')),
    run: exec,
    stop,
  };
  try {
    for (let number = 1; number <= count; number += 1) await addHost();
    return lab;
  } catch (error) {
    await stop();
    throw error;
  }
}
