import { pino } from 'pino';
import { parseEnvironment } from '../../appliance/environment.ts';
import { startAppliance } from '../../appliance/start-appliance.ts';
import { readCatalog } from '../../catalog/read-catalog.ts';
import { join } from 'node:path';
import { createInMemoryTransport } from './in-memory-transport.ts';

/** The appliance's process, whole but for its transport: its hosts exist in memory only. */
const directory = join(import.meta.dirname, '../../catalog');
const transport = createInMemoryTransport(await readCatalog(directory));
const stopping = new AbortController();
process.once('SIGTERM', () => {
  stopping.abort();
});
const appliance = await startAppliance(
  { ...parseEnvironment(process.env), MALACHOR_CATALOG_DIR: directory },
  pino({ level: 'warn' }, pino.destination(2)),
  stopping.signal,
  () => transport,
);
stopping.signal.addEventListener('abort', () => {
  appliance.stop();
});
console.log(JSON.stringify({ ready: true }));
await appliance.done;
