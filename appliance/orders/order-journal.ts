import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type Order, type OrderOutcome, orderOutcomeSchema } from '../../contracts/order.ts';
import { isInUse, openDurableFile } from '../open-durable-file.ts';

/** Why the journal cannot be used. Nothing is run without it. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: 'journal_in_use' | 'journal_unusable';

  constructor(code: JournalError['code'], message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** One order as the journal knows it. */
export interface JournalEntry {
  id: string;
  /** SHA-256 of the signed payload: the same id with another content is another order. */
  payloadSha256: string;
  host: string;
  runbook: string;
  runbookDigest: string;
  action: Order['action'];
  undoes: string | undefined;
  /** `received`: accepted, no script that changes the host was sent. `started`: it may have been. */
  state: 'received' | 'started' | 'finished';
  startedAtMs: number | undefined;
  /** When a started script has met its own time limit on the host. */
  endsByMs: number | undefined;
  /** Whole output of the capture script, for a rollback. */
  captured: Buffer | undefined;
  outcome: OrderOutcome | undefined;
}

const rowSchema = z.object({
  id: z.string(),
  payload_sha256: z.string(),
  host: z.string(),
  runbook: z.string(),
  runbook_digest: z.string(),
  action: z.enum(['execute', 'dry_run', 'rollback']),
  undoes: z.string().nullable(),
  state: z.enum(['received', 'started', 'finished']),
  started_at_ms: z.number().nullable(),
  ends_by_ms: z.number().nullable(),
  captured: z.instanceof(Uint8Array).nullable(),
  outcome: z.string().nullable(),
});

const schema = `
create table if not exists orders (
  id text primary key,
  nonce text unique,
  payload_sha256 text not null,
  host text not null,
  runbook text not null,
  runbook_digest text not null,
  action text not null,
  undoes text,
  state text not null check (state in ('received', 'started', 'finished')),
  expires_at_ms integer not null,
  started_at_ms integer,
  ends_by_ms integer,
  captured blob,
  outcome text
) strict;
create index if not exists orders_undoes on orders (undoes) where undoes is not null;
create index if not exists orders_expiry on orders (expires_at_ms);
`;

/**
 * What became of every order, on disk before it matters: each method has synced its change when it returns (WAL,
 * `synchronous=FULL`). One process at a time holds the file; the lock goes with the process, however it ends.
 */
export class OrderJournal {
  readonly #db: Database.Database;

  /** @throws JournalError */
  constructor(file: string) {
    try {
      this.#db = openDurableFile(file, schema);
    } catch (cause) {
      throw isInUse(cause)
        ? new JournalError('journal_in_use', `another appliance process uses ${file}: stop it first`, cause)
        : new JournalError(
            'journal_unusable',
            `the journal ${file} cannot be opened: check disk and rights`,
            cause,
          );
    }
  }

  find(id: string): JournalEntry | undefined {
    const row = this.#db.prepare('select * from orders where id = ?').get(id);
    return row === undefined ? undefined : entryOf(rowSchema.parse(row));
  }

  /** Id of the order that used `nonce`. */
  orderOfNonce(nonce: string): string | undefined {
    const row = this.#db.prepare('select id from orders where nonce = ?').get(nonce);
    return row === undefined ? undefined : z.object({ id: z.string() }).parse(row).id;
  }

  /** Whether a rollback of order `id` has completed. */
  isUndone(id: string): boolean {
    const rows = this.#db
      .prepare(`select outcome from orders where undoes = ? and state = 'finished'`)
      .all(id);
    return rows.some(
      (row) => outcomeOf(z.object({ outcome: z.string() }).parse(row).outcome).result === 'completed',
    );
  }

  /** Notes an accepted order and uses up its nonce. */
  receive(order: Order, payloadSha256: string): void {
    this.#insert(order, payloadSha256, order.nonce, 'received', null);
  }

  /** Notes a refused order. Its nonce is left, because it may be another order's. */
  refuse(order: Order, payloadSha256: string, outcome: OrderOutcome): void {
    this.#insert(order, payloadSha256, null, 'finished', JSON.stringify(outcome));
  }

  /** Notes that a script that changes the host is about to be sent, with what it is about to change. */
  start(id: string, run: { startedAtMs: number; endsByMs: number; captured: Buffer | undefined }): void {
    this.#change(
      `update orders set state = 'started', started_at_ms = ?, ends_by_ms = ?, captured = ?
       where id = ? and state = 'received'`,
      [run.startedAtMs, run.endsByMs, run.captured ?? null, id],
    );
  }

  finish(id: string, outcome: OrderOutcome): void {
    this.#change(`update orders set state = 'finished', outcome = ? where id = ? and state <> 'finished'`, [
      JSON.stringify(outcome),
      id,
    ]);
  }

  /** Forgets finished orders that expired before `beforeMs`; an expired order is refused without its entry. */
  prune(beforeMs: number): number {
    return this.#db.prepare(`delete from orders where state = 'finished' and expires_at_ms < ?`).run(beforeMs)
      .changes;
  }

  close(): void {
    this.#db.close();
  }

  #insert(
    order: Order,
    payloadSha256: string,
    nonce: string | null,
    state: JournalEntry['state'],
    outcome: string | null,
  ): void {
    const { id, host, runbook, runbookDigest, action, undoes } = order;
    this.#db
      .prepare(
        `insert into orders (id, nonce, payload_sha256, host, runbook, runbook_digest, action, undoes, state,
           expires_at_ms, outcome) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        nonce,
        payloadSha256,
        host,
        runbook,
        runbookDigest,
        action,
        undoes ?? null,
        state,
        Date.parse(order.expiresAt),
        outcome,
      );
  }

  #change(sql: string, values: unknown[]): void {
    if (this.#db.prepare(sql).run(...values).changes === 1) return;
    throw new Error('an order is not in the state of the journal that it was thought to be in');
  }
}

function outcomeOf(text: string): OrderOutcome {
  return orderOutcomeSchema.parse(JSON.parse(text));
}

function entryOf(row: z.output<typeof rowSchema>): JournalEntry {
  return {
    id: row.id,
    payloadSha256: row.payload_sha256,
    host: row.host,
    runbook: row.runbook,
    runbookDigest: row.runbook_digest,
    action: row.action,
    undoes: row.undoes ?? undefined,
    state: row.state,
    startedAtMs: row.started_at_ms ?? undefined,
    endsByMs: row.ends_by_ms ?? undefined,
    captured: row.captured === null ? undefined : Buffer.from(row.captured),
    outcome: row.outcome === null ? undefined : outcomeOf(row.outcome),
  };
}
