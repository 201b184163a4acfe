import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../test/faults/seeded-random.ts';
import { listed } from '../object-store-contract.ts';
import { sha256Of } from '../parse-request.ts';
import { openLocalObjectStore } from './local-object-store.ts';
import { numberedBytes, numberedKey } from './testing/numbered-object.ts';
import { scratchDirectory } from './testing/scratch-directory.ts';

const rounds = 5;

const hashes = new Map<number, string>();
function hashOf(number: number): string {
  const hash = hashes.get(number) ?? sha256Of(numberedBytes(number));
  hashes.set(number, hash);
  return hash;
}

/** Starts the putting process and kills it `delayMs` after it began its first put. */
async function killAfter(directory: string, first: number, delayMs: number) {
  const child = spawn(
    process.execPath,
    [join(__dirname, 'testing/put-until-killed.ts'), directory, String(first)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const begun: number[] = [];
  const acknowledged: number[] = [];
  const exited = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_, signal) => {
      resolve(signal);
    });
  });
  const started = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      (line.startsWith('=') ? acknowledged : begun).push(Number(line.slice(1)));
      resolve();
    });
  });
  await Promise.race([started, exited]);
  await sleep(delayMs);
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');
  return { begun, acknowledged };
}

test.each([1, 2, 3])(
  'SIGKILL in the middle of a put shows nothing half-written and loses nothing that was acknowledged, seed %i',
  async (seed) => {
    const { path, remove } = scratchDirectory();
    try {
      const random = seededRandom(seed, 'kill-put');
      const acknowledged = new Set<number>();
      let next = 0;
      let cut = 0;
      for (let round = 0; round < rounds; round++) {
        const run = await killAfter(path, next, random.between(0, 60));
        for (const number of run.acknowledged) acknowledged.add(number);
        const last = Math.max(...run.begun);
        if (!run.acknowledged.includes(last)) cut += 1;

        const store = await openLocalObjectStore({ directory: path, now: () => new Date() });
        const found = await listed(store, 'sites/');
        const visible = new Set(found.map(({ key }) => key));
        for (const number of acknowledged) expect(visible).toContain(numberedKey(number));
        for (const { key, sha256, retainUntil } of found) {
          const number = Number(/\d{12}/.exec(key)?.[0]);
          expect(sha256).toBe(hashOf(number));
          // The retention is there before the object is.
          expect(Date.parse(retainUntil ?? '')).toBeGreaterThan(Date.now());
        }
        // What was cut is taken anew, as if nothing had been; then it is marked as every other.
        const bytes = numberedBytes(last);
        const retainUntil = new Date(Date.now() + 86_400_000).toISOString();
        await store.put(numberedKey(last), bytes, { sha256: hashOf(last), retainUntil });
        acknowledged.add(last);
        expect(await store.head(numberedKey(last))).toMatchObject({ mode: store.level });
        next = last + 1;
      }
      // The kills did come in the middle of puts.
      expect(cut).toBeGreaterThan(rounds / 3);
    } finally {
      remove();
    }
  },
  120_000,
);
