import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import type { CommandResult } from '../run-command.ts';
import { StackError } from '../stack-error.ts';
import type { LabHost, RunOptions } from './lab.ts';

function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Logs in to the host; rejects where it shows another key than `hostKey`. Resolves with the key it showed. */
function connect(
  host: Omit<LabHost, 'hostKey'>,
  hostKey: string | undefined,
): Promise<{ client: ssh2.Client; hostKey: string }> {
  return new Promise((resolve, reject) => {
    let shown = '';
    const client = new ssh2.Client();
    client.once('ready', () => {
      resolve({ client, hostKey: shown });
    });
    client.once('error', (cause) => {
      const next = 'Check address, account and key by logging in with ssh.';
      reject(
        new StackError(
          'part_unavailable',
          `cannot log in to ${host.user}@${host.address}: ${cause.message}`,
          next,
          {
            cause,
          },
        ),
      );
    });
    client.connect({
      host: host.address,
      port: host.port,
      username: host.user,
      privateKey: readFileSync(host.identityFile),
      readyTimeout: 20_000,
      hostVerifier: (key: Buffer) => {
        shown = keyFingerprint(key);
        return hostKey === undefined || shown === hostKey;
      },
    });
  });
}

/** The key the host shows at a first, successful login: trust on first use, to be pinned from then on. */
export async function enrolHostKey(host: Omit<LabHost, 'hostKey'>): Promise<string> {
  const { client, hostKey } = await connect(host, undefined);
  client.end();
  return hostKey;
}

/** Runs a shell script as root on the host through `sudo -n`. */
export async function runOverSsh(
  host: LabHost,
  script: string,
  options: RunOptions = {},
): Promise<CommandResult> {
  const { client } = await connect(host, host.hostKey);
  const quoted = `'${script.replaceAll("'", `'\\''`)}'`;
  try {
    const result = await new Promise<CommandResult>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new StackError('command_failed', `a script on ${host.id} took too long`, 'Give it more time.'),
        );
      }, options.timeoutMs ?? 120_000);
      client.exec(`sudo -n /bin/sh -c ${quoted}`, (error, channel) => {
        if (error) {
          clearTimeout(timer);
          reject(error);
          return;
        }
        let [stdout, stderr] = ['', ''];
        channel.on('data', (data: Buffer) => (stdout += data.toString()));
        channel.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
        channel.once('close', (exitCode: number | null) => {
          clearTimeout(timer);
          resolve({ exitCode: exitCode ?? -1, stdout, stderr });
        });
        channel.end(options.input ?? '');
      });
    });
    if (result.exitCode !== 0 && !options.allowFailure)
      throw new StackError(
        'command_failed',
        `a script on ${host.id} ended with exit status ${result.exitCode}: ${result.stderr.slice(-1_000)}`,
        'Run it by hand to see more.',
      );
    return result;
  } finally {
    client.end();
  }
}
