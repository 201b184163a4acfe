import type Database from 'better-sqlite3';
import { z } from 'zod';
import {
  maxRecords,
  maxRecordsBytes,
  type SettledRecord,
  type SignedRecord,
  signedRecordSchema,
} from '../../contracts/evidence-record.ts';
import { openDurableFile } from '../open-durable-file.ts';

/** Why the outbox cannot be used. Nothing is put on record without it. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
}

/** A record that central will not take, kept for whoever looks into it. */
export interface RefusedRecord {
  recordId: string;
  reason: string;
}

/** The last scan that ended, as heartbeats tell it. */
export interface LastScan {
  scan: string;
  endedAt: string;
}

const schema = `
create table if not exists records (
  number integer primary key autoincrement,
  record_id text not null unique,
  record text not null,
  bytes integer not null,
  refused text
) strict;
create index if not exists records_waiting on records (number) where refused is null;
create table if not exists life (
  only integer primary key check (only = 1),
  heartbeats integer not null,
  last_scan text,
  last_scan_ended_at text
) strict;
insert into life (only, heartbeats) values (1, 0) on conflict do nothing;
`;

const lifeSchema = z.object({
  heartbeats: z.number().int().min(0),
  last_scan: z.string().nullable(),
  last_scan_ended_at: z.string().nullable(),
});
const rowSchema = z.object({ record: z.string(), bytes: z.number() });
const refusedSchema = z.array(z.object({ recordId: z.string(), reason: z.string() }));

/**
 * What the appliance has signed and central has not confirmed, on disk before anybody hears of it: each method has synced its
 * change when it returns (WAL, `synchronous=FULL`). A record leaves when its entry in the ledger is durable; one that is refused
 * stays, put aside. One process at a time holds the file.
 */
export class EvidenceOutbox {
  readonly #db: Database.Database;

  /** @throws OutboxError */
  constructor(file: string) {
    try {
      this.#db = openDurableFile(file, schema);
    } catch (cause) {
      const message = `the evidence outbox ${file} cannot be used: end the other appliance, or restore the file`;
      throw new OutboxError(message, { cause });
    }
  }

  /** Keeps a page of a scan; `lastScan` where the scan has ended with it. A record that is there already stays as it is. */
  putScan(record: SignedRecord, lastScan: LastScan | undefined): void {
    this.#within(() => {
      this.#insert(record);
      if (lastScan === undefined) return;
      this.#db
        .prepare('update life set last_scan = ?, last_scan_ended_at = ?')
        .run(lastScan.scan, lastScan.endedAt);
    });
  }

  /** Makes the heartbeat of the next number and keeps it: no number is given twice, and none is left out. */
  putHeartbeat(make: (sequence: number, lastScan: LastScan | undefined) => SignedRecord): void {
    this.#within(() => {
      const life = lifeSchema.parse(
        this.#db.prepare('update life set heartbeats = heartbeats + 1 returning *').get(),
      );
      const { last_scan: scan, last_scan_ended_at: endedAt } = life;
      this.#insert(make(life.heartbeats, scan === null || endedAt === null ? undefined : { scan, endedAt }));
    });
  }

  /** The oldest records that wait, at least one where there is any, as many as may travel together. */
  next(): SignedRecord[] {
    const rows = z
      .array(rowSchema)
      .parse(
        this.#db
          .prepare('select record, bytes from records where refused is null order by number limit ?')
          .all(maxRecords),
      );
    let bytes = 0;
    const fitting = rows.filter((row, index) => {
      bytes += row.bytes;
      return index === 0 || bytes <= maxRecordsBytes;
    });
    return fitting.map(({ record }) => signedRecordSchema.parse(JSON.parse(record)));
  }

  /** Lets go of what is in the ledger and puts aside what was refused. Repeatable. */
  settle(settled: readonly SettledRecord[]): void {
    if (settled.length === 0) return;
    this.#within(() => {
      const forget = this.#db.prepare('delete from records where record_id = ?');
      const putAside = this.#db.prepare('update records set refused = ? where record_id = ?');
      for (const each of settled) {
        if (each.outcome === 'taken') forget.run(each.recordId);
        else putAside.run(each.reason, each.recordId);
      }
    });
  }

  /** What central would not take, the oldest first. */
  refused(): RefusedRecord[] {
    return refusedSchema.parse(
      this.#db
        .prepare(
          'select record_id as recordId, refused as reason from records where refused is not null order by number',
        )
        .all(),
    );
  }

  close(): void {
    this.#db.close();
  }

  #insert(record: SignedRecord): void {
    const text = JSON.stringify(record);
    this.#db
      .prepare('insert into records (record_id, record, bytes) values (?, ?, ?) on conflict do nothing')
      .run(record.recordId, text, Buffer.byteLength(text));
  }

  #within(change: () => void): void {
    this.#db.transaction(change).immediate();
  }
}
