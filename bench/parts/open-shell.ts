import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import ssh2 from 'ssh2';
import type { LabHost } from '../../stack/lab/lab.ts';

/** One open SSH connection, as somebody at a terminal has it. */
export interface Shell {
  /** Runs the script as root; resolves to what it printed. Rejects where it exits with anything but 0. */
  run(script: string): Promise<string>;
  close(): void;
}

/** Logs in once. */
export async function openShell(host: LabHost): Promise<Shell> {
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', reject);
    client.connect({
      host: host.address,
      port: host.port,
      username: host.user,
      privateKey: readFileSync(host.identityFile),
    });
  });
  // As ssh(1) does; otherwise each command would wait for the acknowledgement of the one before.
  client.setNoDelay(true);
  return {
    run: (script) => runOn(client, script),
    close: () => {
      client.end();
    },
  };
}

async function runOn(client: ssh2.Client, script: string): Promise<string> {
  const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.exec('sudo -n sh -s', (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const exited = new Promise<number | null>((resolve) => {
    channel.once('exit', resolve);
  });
  channel.end(script);
  const [stdout, stderr, exitCode] = await Promise.all([text(channel), text(channel.stderr), exited]);
  if (exitCode !== 0) throw new Error(`a script ended with ${exitCode}: ${stderr.trim()}`);
  return stdout;
}
