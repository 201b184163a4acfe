import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { defaultCacheDirectory, projectDirectory } from '../../cli/project.ts';
import { cached } from '../../stack/cache.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { runCommand } from '../../stack/run-command.ts';
import type { BenchContext } from '../bench-context.ts';

/** How Ansible runs tasks on hosts: its own way with pipelining, or Mitogen's. */
export type Strategy = 'linear' | 'free' | 'mitogen_linear' | 'mitogen_free';

export interface PlaybookRun {
  tookMs: number;
  /** What the playbook's tasks returned, by host and task name. */
  results: ReadonlyMap<string, ReadonlyMap<string, TaskResult>>;
}
export interface TaskResult {
  changed?: boolean | undefined;
  failed?: boolean | undefined;
  stdout?: string | undefined;
}

export interface Ansible {
  /** Runs a playbook of `bench/rivals/` on all hosts side by side. Rejects where a task fails. */
  play(playbook: string, strategy: Strategy, options?: { check?: boolean }): Promise<PlaybookRun>;
}

const playLimitMs = 900_000;

/**
 * Ansible as an expert sets it up for speed: a fork a host, pipelining, connections that stay open, no facts gathered
 * that nobody reads. Installed once into the cache from the versions in `requirements.txt`.
 */
export async function openAnsible(context: BenchContext, hosts: readonly LabHost[]): Promise<Ansible> {
  const library = await install(context);
  const directory = mkdtempSync(join(tmpdir(), 'malachor-ansible-'));
  context.keep(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  writeFileSync(join(directory, 'inventory.ini'), inventory(hosts));
  const sockets = join(directory, 'cp');
  mkdirSync(sockets, { mode: 0o700 });
  return {
    play: async (playbook, strategy, { check = false } = {}) => {
      const config = join(directory, `${strategy}.cfg`);
      writeFileSync(config, configuration(library, strategy, sockets, hosts.length));
      const args = [
        join(library, 'bin/ansible-playbook'),
        '-i',
        join(directory, 'inventory.ini'),
        ...(check ? ['--check'] : []),
        join(projectDirectory, 'bench/rivals', playbook),
      ];
      const answers = join(directory, 'answers.json');
      rmSync(answers, { force: true });
      const env = {
        ...process.env,
        ANSIBLE_CONFIG: config,
        PYTHONPATH: library,
        LC_ALL: 'C.UTF-8',
        HOME: directory,
        ANSWERS_FILE: answers,
      };
      const startedAt = performance.now();
      const { exitCode, stdout, stderr } = await runCommand('python3', args, {
        env,
        timeoutMs: playLimitMs,
        allowFailure: true,
      });
      const tookMs = performance.now() - startedAt;
      if (exitCode !== 0)
        throw new Error(
          `${playbook} (${strategy}) ended with ${exitCode}: ${stdout.slice(-4_000)}${stderr.slice(-2_000)}`,
        );
      return { tookMs, results: readAnswers(answers) };
    },
  };
}

async function install({ say }: BenchContext): Promise<string> {
  const requirements = join(projectDirectory, 'bench/rivals/requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return cached(defaultCacheDirectory(), `ansible-${digest}`, say, async (target) => {
    say('installing Ansible and Mitogen for comparison (once)');
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-warn-script-location',
      '--target',
      target,
      '-r',
      requirements,
    ];
    await runCommand('python3', args, {
      env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
      timeoutMs: playLimitMs,
    });
  });
}

function inventory(hosts: readonly LabHost[]): string {
  const lines = hosts.map(
    ({ id, address, port, user, identityFile }) =>
      `${id} ansible_host=${address} ansible_port=${port} ansible_user=${user} ansible_ssh_private_key_file=${identityFile} ansible_python_interpreter=/usr/bin/python3`,
  );
  return `[lab]\n${lines.join('\n')}\n`;
}

function configuration(library: string, strategy: Strategy, sockets: string, forks: number): string {
  return `[defaults]
forks = ${forks}
gathering = explicit
host_key_checking = False
stdout_callback = answers
callback_plugins = ${join(projectDirectory, 'bench/rivals/callback')}
retry_files_enabled = False
strategy = ${strategy}
strategy_plugins = ${join(library, 'ansible_mitogen/plugins/strategy')}
display_skipped_hosts = False
[ssh_connection]
pipelining = True
control_path_dir = ${sockets}
ssh_args = -o ControlMaster=auto -o ControlPersist=600s -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
[privilege_escalation]
become = True
become_method = sudo
`;
}

const answersSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      changed: z.boolean().optional(),
      failed: z.boolean().optional(),
      stdout: z.string().optional(),
    }),
  ),
);

function readAnswers(file: string): PlaybookRun['results'] {
  const answers = answersSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return new Map(Object.entries(answers).map(([host, tasks]) => [host, new Map(Object.entries(tasks))]));
}
