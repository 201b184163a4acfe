import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { freePort } from '../ports.ts';
import { launch } from '../supervisor/launch.ts';
import type { RunningProcess } from '../supervisor/running-process.ts';
import { writeDurably } from './durable-file.ts';
import { findBtcd } from './find-btcd.ts';
import { type CallNode, createNodeRpc, type NodeAddress } from './node-rpc.ts';
import { coinbaseMaturity, openWallet, type Wallet } from './wallet.ts';

export interface BitcoinOptions {
  /** Keeps chain, wallet key and password. */
  dataDirectory: string;
  /** See `cacheDirectory`. */
  cacheDirectory: string;
  logFile: string;
  log: Log;
  /** Of its JSON-RPC, on loopback only; a free one without it. */
  port?: number;
  /** Told the node's process number before it serves. */
  onSpawn?: (pid: number) => void;
}

/** A Bitcoin node of its own on the regression test network: real blocks and transactions, blocks on demand, coins without worth. */
export interface Bitcoin {
  readonly address: NodeAddress;
  readonly wallet: Wallet;
  readonly process: RunningProcess;
  readonly call: CallNode;
  /** Mines so many blocks now; resolves to their hashes. */
  mine(blocks: number): Promise<string[]>;
  /**
   * Replaces the last `depth` blocks by a chain that is longer by one, as when a stronger branch wins. Transactions of the
   * replaced blocks are in none until somebody sends them again.
   */
  reorganise(depth: number): Promise<string[]>;
  /** The raw header (160 hex digits) at a height; undefined above the tip. */
  headerAt(height: number): Promise<string | undefined>;
  stop(): Promise<void>;
}

const user = 'malachor';
/** Transactions that can be paid for before another block is mined. */
const firstCoins = 20;

/** Starts the node and, on a new chain, mines until there are coins to spend. Resolves when it serves. */
export async function startBitcoin(options: BitcoinOptions): Promise<Bitcoin> {
  const { dataDirectory, cacheDirectory, logFile, log, onSpawn } = options;
  const program = await findBtcd(cacheDirectory, log);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const wallet = openWallet(dataDirectory);
  const port = options.port ?? (await freePort());
  const address: NodeAddress = {
    url: `http://127.0.0.1:${port}/`,
    user,
    password: readOrMakePassword(join(dataDirectory, 'rpc-password')),
  };
  const configFile = join(dataDirectory, 'btcd.conf');
  writeFileSync(configFile, configuration(dataDirectory, port, address.password, wallet.address), {
    mode: 0o600,
  });
  chmodSync(configFile, 0o600);
  const call = createNodeRpc(address);
  const running = await launch({
    name: 'Bitcoin (regtest)',
    command: program,
    args: ['--configfile', configFile],
    env: { PATH: process.env['PATH'], HOME: dataDirectory },
    cwd: dataDirectory,
    logFile,
    ready: () =>
      call(z.number(), 'getblockcount').then(
        () => true,
        () => false,
      ),
    ...(onSpawn ? { onSpawn } : {}),
  });
  const mine = (blocks: number) => call(z.array(z.string()), 'generate', blocks);
  const height = await call(z.number(), 'getblockcount');
  if (height < coinbaseMaturity + firstCoins) await mine(coinbaseMaturity + firstCoins - height);
  return {
    address,
    wallet,
    process: running,
    call,
    mine,
    reorganise: async (depth) => {
      const tip = await call(z.number(), 'getblockcount');
      const oldest = await call(z.string(), 'getblockhash', tip - depth + 1);
      await call(z.null(), 'invalidateblock', oldest);
      return mine(depth + 1);
    },
    headerAt: async (at) => {
      if (at > (await call(z.number(), 'getblockcount'))) return undefined;
      return call(z.string(), 'getblockheader', await call(z.string(), 'getblockhash', at), false);
    },
    stop: () => running.stop(),
  };
}

function readOrMakePassword(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const password = randomBytes(24).toString('hex');
    writeDurably(file, password);
    return password;
  }
}

/** In a file, since everybody may read a process's arguments. */
function configuration(directory: string, port: number, password: string, miningAddress: string): string {
  return `[Application Options]
regtest=1
datadir=${join(directory, 'chain')}
logdir=${join(directory, 'logs')}
nolisten=1
nodnsseed=1
notls=1
rpclisten=127.0.0.1:${port}
rpcuser=${user}
rpcpass=${password}
miningaddr=${miningAddress}
`;
}
