import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Missed } from '../../evidence/testing/mutations/run-mutations.ts';

/** Mutations by their seeds, of which each is made. */
export interface MutationRange {
  readonly firstSeed: number;
  readonly count: number;
}

/** Makes the mutations of a range on all processors; resolves to what the verifier missed. */
export async function runMutationsInThreads(range: MutationRange): Promise<Missed[]> {
  const missed = await Promise.all(split(range, availableParallelism()).map(runThread));
  return missed.flat();
}

/** A range as at most `parts` that follow one another, none empty. */
export function split({ firstSeed, count }: MutationRange, parts: number): MutationRange[] {
  const size = Math.ceil(count / parts);
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, index) => index * size);
  return starts.map((start) => ({ firstSeed: firstSeed + start, count: Math.min(size, count - start) }));
}

async function runThread(workerData: MutationRange): Promise<Missed[]> {
  const thread = new Worker(join(import.meta.dirname, 'mutation-thread.ts'), { workerData });
  const exit = once(thread, 'exit').then(([code]) => {
    throw new Error(`a thread of mutations ended with ${String(code)} before it had told anything`);
  });
  const [missed] = (await Promise.race([once(thread, 'message'), exit])) as [Missed[]];
  return missed;
}
