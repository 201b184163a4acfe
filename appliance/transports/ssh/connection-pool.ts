import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';

/** An open connection and its name, which no later connection has. */
export interface Connection {
  client: Client;
  name: string;
}

export interface PoolOptions {
  /** Logs in to the host. */
  open: (host: string) => Promise<Client>;
  /** How long an unused connection stays open. */
  idleMs: number;
}

interface Entry {
  opening: Promise<Connection>;
  users: number;
  idleTimer: NodeJS.Timeout | undefined;
}

/** Keeps one connection a host, shared by all who use it at the same time and closed when nobody did for a while. */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #entries = new Map<string, Entry>();
  #opened = 0;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs `use` with the host's connection, opening it where needed. A failed opening is not remembered. */
  async with<T>(host: string, use: (connection: Connection) => Promise<T>): Promise<T> {
    const { connection, release } = await this.hold(host);
    try {
      return await use(connection);
    } finally {
      release();
    }
  }

  /** The host's connection, as `with` has it, kept open until `release` is called. */
  async hold(host: string): Promise<{ connection: Connection; release: () => void }> {
    if (this.#isClosed) throw new Error('the connection pool is closed');
    const entry = this.#entries.get(host) ?? this.#open(host);
    entry.users += 1;
    clearTimeout(entry.idleTimer);
    const release = (): void => {
      entry.users -= 1;
      if (entry.users === 0) this.#closeWhenIdle(host, entry);
    };
    try {
      return { connection: await entry.opening, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Has the next use log in anew. Who uses the present connection keeps it to the end of that. */
  renew(host: string): void {
    const entry = this.#entries.get(host);
    this.#entries.delete(host);
    if (entry?.users !== 0) return;
    clearTimeout(entry.idleTimer);
    endWhenOpen(entry);
  }

  /** Ends the host's connection at once; the next use opens a new one. */
  drop(connection: Connection): void {
    connection.client.destroy();
  }

  close(): void {
    this.#isClosed = true;
    for (const entry of this.#entries.values()) {
      clearTimeout(entry.idleTimer);
      endWhenOpen(entry);
    }
    this.#entries.clear();
  }

  #open(host: string): Entry {
    const forget = (): void => {
      if (this.#entries.get(host) === entry) this.#entries.delete(host);
      clearTimeout(entry.idleTimer);
    };
    const opening = this.#options.open(host).then((client) => {
      // An error of an established connection is always followed by its close, which ends every run on it.
      client.on('error', forget);
      client.once('close', forget);
      this.#opened += 1;
      return { client, name: `${host}#${this.#opened}` };
    });
    const entry: Entry = { opening, users: 0, idleTimer: undefined };
    this.#entries.set(host, entry);
    opening.catch(forget);
    return entry;
  }

  #closeWhenIdle(host: string, entry: Entry): void {
    entry.idleTimer = setTimeout(() => {
      if (this.#entries.get(host) === entry) this.#entries.delete(host);
      endWhenOpen(entry);
    }, this.#options.idleMs);
    entry.idleTimer.unref();
  }
}

/** Ends the connection, once it is open where it is being opened. */
function endWhenOpen({ opening }: Entry): void {
  opening.then(
    ({ client }) => {
      endGently(client);
    },
    () => undefined,
  );
}

/** How long a host may take to answer a goodbye. */
const goodbyeMs = 5_000;

/** Says goodbye, and hangs up where that is not answered: a host that is gone would keep the socket open for ever. */
function endGently(client: Client): void {
  const timer = setTimeout(() => {
    // ssh2's own destroy() leaves a socket alone whose writing side has ended already.
    (client as unknown as { _sock?: Duplex })._sock?.destroy();
  }, goodbyeMs);
  timer.unref();
  client.once('close', () => {
    clearTimeout(timer);
  });
  client.end();
}
