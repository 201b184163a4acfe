import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory, writeDurably } from './durable-file.ts';

const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);

/** Commitments that one transaction carries into a block. */
const batchSchema = z.strictObject({
  number: z.number().int().min(1),
  commitments: z.array(hex).min(1),
  transaction: z.strictObject({ id: hex, raw: hex }),
  /** The block the transaction is in, with the ids of all its transactions; absent until it is in one. */
  block: z
    .strictObject({ height: z.number().int().min(0), hash: hex, transactionIds: z.array(hex) })
    .optional(),
});
export type CalendarBatch = z.output<typeof batchSchema>;

/** What a calendar has promised and done. All of it is on disk when a method returns. */
export interface CalendarStore {
  /** Promises to keep the commitment (hex) for ever. */
  promise(commitment: string): void;
  has(commitment: string): boolean;
  /** Promised and in no batch yet, oldest first. */
  open(): readonly string[];
  batches(): readonly CalendarBatch[];
  batchOf(commitment: string): CalendarBatch | undefined;
  /** Adds a batch, or replaces the one of the same number. */
  save(batch: CalendarBatch): void;
  close(): void;
}

/** Opens the store in `directory`: a journal of promises, and one file for each batch. */
export function openCalendarStore(directory: string): CalendarStore {
  const batchDirectory = join(directory, 'batches');
  mkdirSync(batchDirectory, { recursive: true, mode: 0o700 });
  const journalFile = join(directory, 'promises');
  const journal = openSync(journalFile, 'a', 0o600);
  syncDirectory(directory);
  // A line that a crash cut short was not acknowledged to anybody.
  const promised = new Set(
    readFileSync(journalFile, 'utf8')
      .split('\n')
      .filter((line) => line.length === 88),
  );
  const batches = readdirSync(batchDirectory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => batchSchema.parse(JSON.parse(readFileSync(join(batchDirectory, name), 'utf8'))));
  const numberOf = new Map(
    batches.flatMap(({ commitments, number }) => commitments.map((each) => [each, number])),
  );
  return {
    promise: (commitment) => {
      // A newline first ends what a crash may have left of a line.
      writeSync(journal, `\n${commitment}\n`);
      fsyncSync(journal);
      promised.add(commitment);
    },
    has: (commitment) => promised.has(commitment),
    open: () => [...promised].filter((commitment) => !numberOf.has(commitment)),
    batches: () => batches,
    batchOf: (commitment) => batches[(numberOf.get(commitment) ?? 0) - 1],
    save: (batch) => {
      const name = `${String(batch.number).padStart(8, '0')}.json`;
      writeDurably(join(batchDirectory, name), JSON.stringify(batch));
      batches[batch.number - 1] = batch;
      for (const commitment of batch.commitments) numberOf.set(commitment, batch.number);
    },
    close: () => {
      closeSync(journal);
    },
  };
}
