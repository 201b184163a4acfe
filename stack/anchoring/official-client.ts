import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import type { Log } from '../log.ts';
import { type CommandResult, runCommand } from '../run-command.ts';
import type { NodeAddress } from './node-rpc.ts';
import { startCoreRpc } from './start-core-rpc.ts';

/** The reference implementation of OpenTimestamps: a second opinion on every proof of ours. */
export interface OfficialClient {
  /** Runs `ots` with these arguments, as from a shell. Resolves whatever its exit code. */
  ots(args: readonly string[]): Promise<CommandResult>;
  /** Runs a Python program that may import the client's libraries. Rejects where it fails. */
  python(program: string, args: readonly string[]): Promise<CommandResult>;
  stop(): Promise<void>;
}

/**
 * The official client, installed from PyPI into the cache, with `home` as its home directory and this node as its view of the
 * chain. Needs Python 3 with pip.
 */
export async function openOfficialClient(options: {
  cacheDirectory: string;
  home: string;
  node: NodeAddress;
  log: Log;
}): Promise<OfficialClient> {
  const { cacheDirectory, home, node, log } = options;
  const library = await install(cacheDirectory, log);
  const core = await startCoreRpc(node.url);
  // The login in a file of its own, as Bitcoin Core has it: arguments can be read by anybody.
  mkdirSync(join(home, '.bitcoin'), { recursive: true, mode: 0o700 });
  const settings = {
    rpcconnect: '127.0.0.1',
    rpcport: core.port,
    rpcuser: node.user,
    rpcpassword: node.password,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(home, '.bitcoin/bitcoin.conf'), lines.join(''), { mode: 0o600 });
  const env = { PATH: process.env['PATH'], HOME: home, PYTHONPATH: library, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  return {
    ots: (args) =>
      runCommand('python3', [join(library, 'bin/ots'), '--no-cache', '--btc-regtest', ...args], {
        env,
        cwd: home,
        timeoutMs: 60_000,
        allowFailure: true,
      }),
    python: (program, args) =>
      runCommand('python3', ['-W', 'ignore', '-c', program, ...args], { env, cwd: home, timeoutMs: 60_000 }),
    stop: () => core.stop(),
  };
}

async function install(cacheDirectory: string, log: Log): Promise<string> {
  const requirements = join(import.meta.dirname, 'official-client-requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return cached(cacheDirectory, `opentimestamps-client-${digest}`, log, async (target) => {
    log('installing the official OpenTimestamps client: seconds, once on this machine');
    const where = ['--target', target, '-r', requirements];
    await runCommand('python3', ['-m', 'pip', 'install', '--quiet', '--no-warn-script-location', ...where], {
      env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
      timeoutMs: 10 * 60_000,
    });
  });
}
