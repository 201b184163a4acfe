import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Observation } from '../../contracts/observation.ts';
import { createCollectors } from '../../appliance/collectors/create-collectors.ts';
import { observeChecks } from '../../appliance/scanner/observe-checks.ts';
import { defaultValues } from '../../domain/catalog/parameters.ts';
import { createInMemoryTransport } from './in-memory-transport.ts';
import { knownDrifts } from './known-drifts.ts';

/** Gives one drift after the other as a scan reports it, none of them twice. */
export function createDriftSource(
  catalog: Catalog,
  site: string,
  hosts: readonly string[],
): () => Promise<Observation> {
  const transport = createInMemoryTransport(catalog);
  const deps = {
    transport,
    collectors: createCollectors(),
    now: Date.now,
    newId: () => crypto.randomUUID(),
  };
  let given = 0;
  return async () => {
    const host = hosts[given % hosts.length];
    const check = catalog.checks.get(knownDrifts[Math.floor(given / hosts.length)]?.check ?? '');
    if (host === undefined || check === undefined) throw new RangeError('every drift was given');
    given += 1;
    const ready = { check, parameters: defaultValues(check) };
    const [seen] = (await observeChecks(deps, { site, host, source: 'scan' }, [ready])).observations;
    return seen!;
  };
}
