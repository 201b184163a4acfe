import { renameSync, writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/**
 * Preloaded into the measured process and its threads. On SIGUSR2 every thread collects its garbage; two seconds later,
 * when all have, the main thread writes the bytes in use on all heaps into the file that `BENCH_MEMORY_REPORT` names.
 */
const answersWithinMs = 2_000;

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as (options: object) => void;
const channel = new BroadcastChannel('bench-memory');
channel.unref();

function heapAfterCollection(): number {
  // Twice: the first frees what the second can then see is unused.
  for (let pass = 0; pass < 2; pass++)
    collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return v8.getHeapStatistics().used_heap_size;
}

if (isMainThread) {
  process.on('SIGUSR2', () => {
    let heapUsedBytes = heapAfterCollection();
    channel.onmessage = (message: unknown) => {
      heapUsedBytes += Number((message as { data: unknown }).data);
    };
    channel.postMessage('collect');
    setTimeout(() => {
      const file = process.env['BENCH_MEMORY_REPORT'] ?? '';
      writeFileSync(`${file}.new`, String(heapUsedBytes));
      renameSync(`${file}.new`, file);
    }, answersWithinMs);
  });
} else {
  channel.onmessage = () => {
    channel.postMessage(heapAfterCollection());
  };
}
