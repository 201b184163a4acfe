import { openLocalObjectStore } from '../local-object-store.ts';
import { numberedBytes, numberedKey } from './numbered-object.ts';
import { sha256Of } from '../../parse-request.ts';

/**
 * Puts numbered objects into the store of its argument until it is killed, and writes the number of each on a line of its own
 * before it begins (`+3`) and when the store has acknowledged it (`=3`).
 */
const [directory = '', first = '0'] = process.argv.slice(2);
const store = await openLocalObjectStore({ directory, now: () => new Date() });
for (let number = Number(first); ; number++) {
  const bytes = numberedBytes(number);
  process.stdout.write(`+${number}\n`);
  await store.put(numberedKey(number), bytes, {
    sha256: sha256Of(bytes),
    retainUntil: new Date(Date.now() + 86_400_000).toISOString(),
  });
  process.stdout.write(`=${number}\n`);
}
