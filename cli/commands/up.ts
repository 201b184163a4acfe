import { Option, type Command } from 'commander';
import { type PlanTier, planTierSchema, sitePolicySchema } from '../../contracts/site-policy.ts';
import { objectSettingsOf } from '../../stack/object-settings.ts';
import { startStack } from '../../stack/start-stack.ts';
import type { SiteSetting, Stack } from '../../stack/stack.ts';
import { defaultCacheDirectory, projectDirectory, say } from '../project.ts';
import {
  addStackOptions,
  externalFrom,
  labFrom,
  portsFrom,
  type StackCommandOptions,
} from '../stack-options.ts';
import { stopSignal } from '../stop-signal.ts';

interface UpOptions extends StackCommandOptions {
  site: string;
  plan: PlanTier;
  json?: boolean;
}

/** `malachor up`: the whole system until Ctrl-C. */
export function register(program: Command): void {
  addStackOptions(program.command('up'))
    .description('run the whole system until Ctrl-C; its state survives')
    .option('--site <id>', 'site of the hosts', 'practice')
    .addOption(
      new Option('--plan <plan>', 'plan of the site: how long its evidence is kept')
        .choices(planTierSchema.options)
        .default('professional'),
    )
    .option('--json', 'print one line of JSON when ready')
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  const stopped = stopSignal();
  const lab = labFrom(options, 0);
  const hosts = lab.kind === 'none' ? 0 : lab.kind === 'given' ? lab.hosts.length : lab.count;
  const sites: SiteSetting[] = [
    { id: options.site, name: 'Practice', hosts, policy: sitePolicySchema.parse({ planTier: options.plan }) },
  ];
  const starting = startStack({
    projectDirectory,
    dataDirectory: options.data,
    cacheDirectory: defaultCacheDirectory(),
    ports: portsFrom(options),
    sites,
    lab,
    external: externalFrom(process.env),
    // What is kept is kept as strongly as this machine can; see docs/evidence/objects.md for how to remove it.
    settings: { environment: { worker: { OBJECTS_IMMUTABLE: process.env['OBJECTS_IMMUTABLE'] ?? '1' } } },
    log: say,
  });
  const stack = await Promise.race([starting, stopped]);
  if (typeof stack === 'string') {
    say(`${stack}: stopping before everything was up`);
    // What is half started cannot be stopped in order; the companion ends it all as soon as this process is gone.
    process.exit(130);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(describe(stack, options.data))}\n`);
  else process.stdout.write(addressBoard(stack, options.data));
  say(`${await stopped}: stopping`);
  await stack.stop();
  say('stopped; nothing is left running, the data stays');
}

function describe(stack: Stack, data: string): object {
  const hosts = stack.sites.flatMap((site) => site.hosts.map((host) => ({ site: site.id, ...host })));
  return {
    ready: true,
    ...stack.addresses,
    data,
    secrets: stack.secretsDirectory,
    logs: stack.logDirectory,
    hosts,
  };
}

/** Where evidence is stored as objects, besides the ledger. */
function whereObjectsGo(data: string): string {
  const settings = objectSettingsOf(data, process.env);
  if (settings['OBJECTS_STORE'] === 'none') return 'in the ledger alone (OBJECTS_STORE is none)';
  if (settings['OBJECTS_STORE'] === 's3')
    return `bucket ${settings['OBJECTS_S3_BUCKET'] ?? ''}, and the ledger`;
  return `${settings['OBJECTS_DIRECTORY'] ?? ''}, written once (chattr -R -i before removing), and the ledger`;
}

function addressBoard({ addresses, sites, secretsDirectory, logDirectory }: Stack, data: string): string {
  const rows: [string, string][] = [
    ['API', addresses.api],
    ['Temporal Web', addresses.temporalWeb ?? 'not ours'],
    ['Temporal', `${addresses.temporal}, namespace ${addresses.namespace}`],
    ['Admin token', `${secretsDirectory}/admin-token`],
    ['Logs', logDirectory],
    ['Data', data],
    ['Evidence', whereObjectsGo(data)],
  ];
  for (const site of sites) {
    for (const { id, user, address, port, identityFile } of site.hosts) {
      rows.push([`${site.id}/${id}`, `ssh -i ${identityFile} -p ${port} ${user}@${address}`]);
    }
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  return `\nMalachor is running. Ctrl-C stops it.\n${lines.join('\n')}\n\n`;
}
