import type Database from 'better-sqlite3';
import { z } from 'zod';
import {
  type WitnessAnswer,
  type WitnessState,
  witnessStateSchema,
} from '../../evidence/witness/witness-step.ts';
import { openDurableFile } from '../open-durable-file.ts';

/** Why the witness's memory cannot be used. Nothing is cosigned without it. */
export class WitnessStoreError extends Error {
  override readonly name = 'WitnessStoreError';
}

const schema = `
create table if not exists logs (
  origin text primary key,
  size integer not null,
  root text not null,
  note text not null
) strict;
`;

/**
 * What a witness cosigned last of each log, on disk before anybody hears of it (WAL, `synchronous=FULL`). A row is replaced by
 * a step and by nothing else, and steps of one log never run side by side. One process at a time holds the file: it must not
 * be lost or put back to an older state, or the witness would follow a second history.
 */
export class WitnessStore {
  readonly #db: Database.Database;
  /** The last step of each log, to wait for; never rejects. */
  readonly #turns = new Map<string, Promise<unknown>>();

  /** @throws WitnessStoreError */
  constructor(file: string) {
    try {
      this.#db = openDurableFile(file, schema);
    } catch (cause) {
      throw new WitnessStoreError(`the witness's memory ${file} cannot be used: end the other appliance`, {
        cause,
      });
    }
  }

  /**
   * Lets `decide` answer from what was cosigned last, once all steps of the log before it are over. Resolves when what it
   * wants kept is on disk.
   */
  step(
    origin: string,
    decide: (state: WitnessState | undefined) => Promise<WitnessAnswer>,
  ): Promise<WitnessAnswer> {
    const before = this.#turns.get(origin) ?? Promise.resolve();
    const turn = before.then(async () => {
      const answer = await decide(this.#read(origin));
      if (answer.kind === 'cosign') this.#replace(answer.state);
      return answer;
    });
    const over = turn.catch(() => undefined);
    this.#turns.set(origin, over);
    return turn;
  }

  close(): void {
    this.#db.close();
  }

  #read(origin: string): WitnessState | undefined {
    const row = this.#db.prepare('select origin, size, root, note from logs where origin = ?').get(origin);
    return z.optional(witnessStateSchema).parse(row);
  }

  #replace({ origin, size, root, note }: WitnessState): void {
    this.#db
      .prepare(
        `insert into logs (origin, size, root, note) values (?, ?, ?, ?)
         on conflict (origin) do update set size = excluded.size, root = excluded.root, note = excluded.note`,
      )
      .run(origin, size, root, note);
  }
}
