import { join } from 'node:path';
import { createCollectors } from '../../appliance/collectors/create-collectors.ts';
import { Scanner } from '../../appliance/scanner/scanner.ts';
import { SshTransport } from '../../appliance/transports/ssh/ssh-transport.ts';
import { readCatalog } from '../../catalog/read-catalog.ts';
import { projectDirectory } from '../../cli/project.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import type { BenchContext } from '../bench-context.ts';

export interface BenchScan {
  tookMs: number;
  observations: Observation[];
}

/** The appliance's own scanner over its own SSH, as a scan uses it. */
export interface BenchScanner {
  scan(checks: readonly string[], hosts?: readonly string[]): Promise<BenchScan>;
}

export async function openScanner(
  { keep }: BenchContext,
  labHosts: readonly LabHost[],
): Promise<BenchScanner> {
  const catalog = await readCatalog(join(projectDirectory, 'catalog'));
  const hosts = labHosts.map(({ id, address, port, user, identityFile, hostKey }) => ({
    id,
    address,
    port,
    user,
    identityFile,
    hostKey,
    baseline: 'linux-server',
  }));
  const transport = new SshTransport({ hosts });
  keep(() => transport.close());
  const scanner = new Scanner({
    site: 'bench',
    hosts,
    catalog: () => Promise.resolve(catalog),
    transport,
    collectors: createCollectors(),
    now: Date.now,
    newId: () => crypto.randomUUID(),
  });
  return {
    scan: async (checks, ids) => {
      const startedAt = performance.now();
      const report = await scanner.scanHosts({
        site: 'bench',
        checks: [...checks],
        ...(ids === undefined ? {} : { hosts: [...ids] }),
      });
      return { tookMs: performance.now() - startedAt, observations: report.observations };
    },
  };
}
