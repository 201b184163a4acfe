import { join } from 'node:path';
import { destination, pino } from 'pino';
import { parseEnvironment } from './environment.ts';
import { startAppliance } from './start-appliance.ts';

/**
 * The appliance's process. While Temporal is away at start it waits and tries on; once it served, its worker reconnects by
 * itself. It ends with status 1 on anything it cannot mend (configuration, journal, a failed worker), for its supervisor
 * to start it anew, and with 0 after SIGTERM or SIGINT, when running orders have ended.
 */
async function main(): Promise<0 | 1> {
  const environment = parseEnvironment(process.env);
  const logger = pino({ level: environment.LOG_LEVEL, name: 'appliance' }, destination(2));
  const stopping = new AbortController();
  const catalog = environment.MALACHOR_CATALOG_DIR ?? join(import.meta.dirname, '..', 'catalog');
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      stopping.abort();
    });
  }
  let isServing = false;
  try {
    const appliance = await startAppliance(
      { ...environment, MALACHOR_CATALOG_DIR: catalog },
      logger,
      stopping.signal,
    );
    isServing = true;
    stopping.signal.addEventListener('abort', () => {
      appliance.stop();
    });
    if (stopping.signal.aborted) appliance.stop();
    process.stdout.write(`${JSON.stringify({ ready: true, process: 'appliance', ...appliance.about })}\n`);
    await appliance.done;
    return 0;
  } catch (error) {
    // Told to stop while it waited for Temporal: nothing was begun.
    if (stopping.signal.aborted && !isServing) return 0;
    logger.fatal({ err: error }, 'the appliance cannot go on');
    return 1;
  }
}

// Explicitly, because threads of Temporal's native core can outlive a failed worker and would keep the process.
process.exit(await main());
