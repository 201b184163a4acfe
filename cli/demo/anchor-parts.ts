import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeaderAtHeight } from '../../evidence/anchor/anchor.ts';
import { startBitcoin, type Bitcoin } from '../../stack/anchoring/start-bitcoin.ts';
import { startCalendar } from '../../stack/anchoring/start-calendar.ts';
import { StackError } from '../../stack/stack-error.ts';
import { defaultCacheDirectory, say } from '../project.ts';

/** A chain and calendars of the demo's own. */
export interface AnchorParts {
  bitcoin: Bitcoin;
  /** What the worker must be told to anchor there. */
  environment: Record<string, string>;
  /** Every header of the chain so far, from the first block. */
  headers(): Promise<HeaderAtHeight[]>;
  stop(): Promise<void>;
}

/** Three calendars, of which two must promise. */
const calendarNames = ['one', 'two', 'three'];
/** Ledgers that have grown are anchored so often; the default would be a day. */
const intervalMinutes = 0.2;

/** The parts, or why this machine cannot have them: the node is built with Go. Rejects for any other failure. */
export async function anchorPartsIfAny(dataDirectory: string): Promise<AnchorParts | { skipped: string }> {
  try {
    return await startAnchorParts(dataDirectory);
  } catch (error) {
    if (!(error instanceof StackError) || error.code !== 'part_unavailable') throw error;
    return { skipped: `${error.message}. ${error.nextStep}` };
  }
}

/** Starts a Bitcoin node on the regression test network and calendars that mine a block for each of their transactions. */
async function startAnchorParts(dataDirectory: string): Promise<AnchorParts> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  const directory = join(dataDirectory, 'anchoring');
  await mkdir(directory, { mode: 0o700 });
  try {
    const bitcoin = await startBitcoin({
      dataDirectory: join(directory, 'bitcoin'),
      cacheDirectory: defaultCacheDirectory(),
      logFile: join(directory, 'bitcoin.log'),
      log: say,
    });
    undo.push(() => bitcoin.stop());
    const calendars: string[] = [];
    for (const name of calendarNames) {
      const calendar = await startCalendar({
        dataDirectory: join(directory, name),
        bitcoin,
        log: say,
        intervalMs: 500,
        mines: true,
      });
      undo.push(() => calendar.stop());
      calendars.push(calendar.url);
    }
    return {
      bitcoin,
      environment: {
        OTS_ENABLED: '1',
        OTS_CALENDARS: calendars.join(','),
        OTS_MINIMUM: '2',
        OTS_INTERVAL_MINUTES: String(intervalMinutes),
        OTS_FIRST_LOOK_MINUTES: '0.02',
        OTS_CONFIRMATIONS: '1',
        BITCOIN_RPC_URL: bitcoin.address.url,
        BITCOIN_RPC_USER: bitcoin.address.user,
        BITCOIN_RPC_PASSWORD_FILE: join(directory, 'bitcoin/rpc-password'),
      },
      headers: () => headersOf(bitcoin),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function headersOf(bitcoin: Bitcoin): Promise<HeaderAtHeight[]> {
  const headers: HeaderAtHeight[] = [];
  for (let height = 0; ; height++) {
    const header = await bitcoin.headerAt(height);
    if (header === undefined) return headers;
    headers.push({ height, header });
  }
}
