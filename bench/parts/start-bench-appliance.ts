import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import type { Persistence } from '../../persistence/create-persistence.ts';
import { enrolAppliances } from '../../stack/enrol-appliances.ts';
import type { BenchContext } from '../bench-context.ts';
import type { BenchStack } from './start-bench-stack.ts';
import { startBenchProcess } from './start-bench-process.ts';

/** Hosts of the bench's site: as many as one appliance takes. */
export const hostIds: readonly string[] = Array.from({ length: 1_000 }, (_, number) => `host-${number}`);

/** Enrols a site with a thousand hosts in memory, under the product's default policy, and starts its appliance. */
export async function startBenchAppliance(
  context: BenchContext,
  stack: BenchStack,
  persistence: Persistence,
  site: string,
): Promise<void> {
  await persistence.sites.enrolSite({ id: site, name: site, policy: sitePolicySchema.parse({}) });
  const at = new Date().toISOString();
  const os = { family: 'linux' as const, id: 'debian', version: '12' };
  await persistence.sites.registerHosts(
    site,
    hostIds.map((id) => ({ id, os, isReachable: true, at })),
  );
  const directory = join(stack.dataDirectory, 'appliances', site);
  const secrets = join(directory, 'secrets');
  mkdirSync(directory, { recursive: true });
  const appliance = `${site}-1`;
  const enrolled = { site, appliance, secretsDirectory: secrets };
  await enrolAppliances(persistence.signingKeys, stack.secretsDirectory, [enrolled], new Date());
  const reach = { address: '127.0.0.1', user: 'healer', baseline: 'linux-server', passwordFile: 'none' };
  const configFile = join(directory, 'config.json');
  writeFileSync(
    configFile,
    JSON.stringify({ site, appliance, hosts: hostIds.map((id) => ({ id, ...reach })) }),
  );
  await startBenchProcess(context, stack, `appliance-${site}`, 'bench/parts/appliance-main.ts', {
    MALACHOR_SECRETS_DIR: secrets,
    MALACHOR_APPLIANCE_CONFIG: configFile,
    MALACHOR_APPLIANCE_STATE: join(directory, 'state'),
  });
}
