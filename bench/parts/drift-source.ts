import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Observation } from '../../contracts/observation.ts';
import { HostOsReader } from '../../appliance/scanner/host-os.ts';
import { observeCheck } from '../../appliance/scanner/observe-check.ts';
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
    osReader: new HostOsReader(transport),
    now: Date.now,
    newId: () => crypto.randomUUID(),
  };
  let given = 0;
  return async () => {
    const host = hosts[given % hosts.length];
    const check = catalog.checks.get(knownDrifts[Math.floor(given / hosts.length)]?.check ?? '');
    if (host === undefined || check === undefined) throw new RangeError('every drift was given');
    given += 1;
    return observeCheck(deps, { site, host, source: 'scan' }, check);
  };
}
