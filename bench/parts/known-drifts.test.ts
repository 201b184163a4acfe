import { join } from 'node:path';
import { guardedScript } from '../../appliance/orders/dead-man.ts';
import { createCollectors } from '../../appliance/collectors/create-collectors.ts';
import { observeChecks } from '../../appliance/scanner/observe-checks.ts';
import { readCatalog } from '../../catalog/read-catalog.ts';
import { isRunnable } from '../../contracts/catalog/runbook.ts';
import { defaultValues } from '../../domain/catalog/parameters.ts';
import { createInMemoryTransport } from './in-memory-transport.ts';
import { knownDrifts } from './known-drifts.ts';

test.each(['plainly', 'guarded'])(
  'every known drift is one by today’s catalogue, and its runbook mends it %s',
  async (way) => {
    const catalog = await readCatalog(join(import.meta.dirname, '../../catalog'));
    const transport = createInMemoryTransport(catalog);
    const deps = {
      transport,
      collectors: createCollectors(),
      now: Date.now,
      newId: () => crypto.randomUUID(),
    };
    for (const { check: id, runbook } of knownDrifts) {
      const check = catalog.checks.get(id)!;
      const status = async () => {
        const ready = { check, parameters: defaultValues(check) };
        const { observations } = await observeChecks(deps, { site: 's', host: 'h', source: 'scan' }, [ready]);
        return observations[0]?.status;
      };
      expect([id, await status()]).toEqual([id, 'fail']);
      const definition = catalog.runbooks.get(runbook)!.definition;
      if (!isRunnable(definition)) throw new Error(`${runbook} has no scripts`);
      const { remediate } = definition;
      const change = { orderId: 'an order', remediate, rollback: 'true', environment: {}, waitMs: 1_000 };
      await transport.run({
        host: 'h',
        script: way === 'guarded' ? guardedScript(change) : remediate,
        sudo: true,
        environment: {},
        survivesCut: false,
        timeoutMs: 1_000,
        keepBytes: 1_000,
      });
      expect([id, await status()]).toEqual([id, 'pass']);
    }
  },
);
