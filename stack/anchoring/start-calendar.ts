import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type Calendar, createCalendar, NoCoinError } from './calendar.ts';
import { openCalendarStore } from './calendar-store.ts';
import { writeDurably } from './durable-file.ts';
import type { Bitcoin } from './start-bitcoin.ts';

export interface CalendarOptions {
  /** Keeps what it has promised. */
  dataDirectory: string;
  /** Calendars of one process may share a node; its wallet pays for all of them. */
  bitcoin: Bitcoin;
  log: Log;
  /** A free one on loopback without it. Pending proofs name it: a calendar that moves cannot be found again. */
  port?: number;
  /** How often it answers submissions and looks at the chain; 1,000 without it. */
  intervalMs?: number;
  /** Mines a block after each transaction, so that nobody waits for one. */
  mines?: boolean;
}

export interface RunningCalendar {
  /** What pending attestations name, as `http://127.0.0.1:14788`. */
  readonly url: string;
  /** Idempotent. What it has promised stays on disk. */
  stop(): Promise<void>;
}

const maxDigestBytes = 64;
const maxWaiting = 10_000;

/** Serves an OpenTimestamps calendar on loopback: POST /digest, GET /timestamp/<hex>. Resolves when it serves. */
export async function startCalendar(options: CalendarOptions): Promise<RunningCalendar> {
  const { dataDirectory, bitcoin, log, port = 0, intervalMs = 1_000, mines = false } = options;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const store = openCalendarStore(dataDirectory);
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calendar = createCalendar({
    store,
    bitcoin,
    uri: url,
    hmacKey: readOrMakeKey(join(dataDirectory, 'hmac-key')),
    randomBytes,
    now: () => new Date(),
  });
  let waiting = 0;
  server.on('request', (request, response) => {
    if (waiting >= maxWaiting) {
      response.writeHead(503, { 'retry-after': '5' }).end();
      return;
    }
    waiting++;
    response.once('close', () => waiting--);
    answer(calendar, request, response).catch((error: unknown) => {
      log(`calendar: ${error instanceof Error ? error.message : String(error)}`);
      response.writeHead(500).end();
    });
  });

  const ending = new AbortController();
  let lastFailure = '';
  const run = async () => {
    while (!ending.signal.aborted) {
      calendar.aggregate();
      try {
        if ((await calendar.advance()) && mines) await bitcoin.mine(1);
        lastFailure = '';
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        if (failure !== lastFailure) log(`calendar ${url}: ${failure}`);
        lastFailure = failure;
        if (mines && error instanceof NoCoinError) await bitcoin.mine(1).catch(() => undefined);
      }
      await sleep(intervalMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();
  const end = async () => {
    ending.abort();
    server.close();
    server.closeAllConnections();
    await running;
    store.close();
  };
  let ended: Promise<void> | undefined;
  return { url, stop: () => (ended ??= end()) };
}

async function answer(calendar: Calendar, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const sendText = (status: number, text: string) =>
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  const sendTimestamp = (timestamp: Uint8Array) =>
    response
      .writeHead(200, {
        'content-type': 'application/vnd.opentimestamps.v1',
        'content-length': timestamp.length,
      })
      .end(timestamp);
  const commitment = /^\/timestamp\/([0-9a-f]{2,256})$/.exec(request.url ?? '')?.[1];
  if (request.method === 'POST' && request.url === '/digest') {
    const digest = await readBounded(request);
    if (digest) sendTimestamp(await calendar.submit(digest));
    else sendText(400, `A digest has 1 to ${maxDigestBytes} bytes.`);
  } else if (request.method === 'GET' && commitment !== undefined) {
    const timestamp = calendar.timestampOf(commitment);
    if (timestamp === 'pending') sendText(404, 'Pending confirmation in Bitcoin blockchain');
    else if (timestamp === 'unknown') sendText(404, 'Commitment not found');
    else sendTimestamp(timestamp);
  } else {
    sendText(404, 'Not found');
  }
}

/** The body; undefined where it is empty or longer than a digest may be. */
async function readBounded(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxDigestBytes) return undefined;
    parts.push(part);
  }
  return length === 0 ? undefined : Buffer.concat(parts);
}

function readOrMakeKey(file: string): Buffer {
  let hex: string;
  try {
    hex = readFileSync(file, 'utf8');
  } catch {
    hex = randomBytes(32).toString('hex');
    writeDurably(file, hex);
  }
  return Buffer.from(hex, 'hex');
}
