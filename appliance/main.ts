import { join } from 'node:path';
import { destination, pino } from 'pino';
import { parseEnvironment } from './environment.ts';
import { startAppliance } from './start-appliance.ts';

/**
 * The appliance's process. While Temporal is away at start it waits and tries on; once it served, its worker reconnects by
 * itself. It ends with status 1 on anything it cannot mend (configuration, journal, a failed worker), for its supervisor
 * to start it anew, and with 0 after SIGTERM or SIGINT, when running orders have ended.
 */
async function main(): Promise<void> {
  const environment = parseEnvironment(process.env);
  const logger = pino({ level: environment.LOG_LEVEL, name: 'appliance' }, destination(2));
  const stopping = new AbortController();
  const catalog = environment.MALACHOR_CATALOG_DIR ?? join(import.meta.dirname, '..', 'catalog');
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      stopping.abort();
    });
  }
  try {
    const appliance = await startAppliance(
      { ...environment, MALACHOR_CATALOG_DIR: catalog },
      logger,
      stopping.signal,
    );
    stopping.signal.addEventListener('abort', () => {
      appliance.stop();
    });
    if (stopping.signal.aborted) appliance.stop();
    process.stdout.write(`${JSON.stringify({ ready: true, process: 'appliance', ...appliance.about })}\n`);
    await appliance.done;
  } catch (error) {
    if (stopping.signal.aborted) return;
    logger.fatal({ err: error }, 'the appliance cannot go on');
    process.exitCode = 1;
  }
}

await main();
