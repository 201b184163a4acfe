import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataDirectory } from './data-directory.ts';
import type { Log } from './log.ts';
import type { EnrolledAppliance } from './enrol-appliances.ts';
import { objectSettingsOf } from './object-settings.ts';
import type { RunningSite, SiteSetting, StackSettings } from './stack.ts';
import { launch } from './supervisor/launch.ts';
import { supervise, type SupervisedProcess } from './supervisor/supervise.ts';

/** What every program of ours is started with. */
export interface ProgramContext {
  projectDirectory: string;
  data: DataDirectory;
  settings: StackSettings;
  temporalAddress: string;
  namespace: string;
  log: Log;
}

/** Baseline of a host where its site names none. */
const defaultBaseline = 'linux-server';
const ownKernelBaseline = 'linux-server-kernel';

/** Variables of this process that programs get too: how to find programs, certificates and the way out. */
const inherited = [
  ...['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
];

function startProgram(
  context: ProgramContext,
  name: string,
  kind: 'api' | 'worker' | 'appliance',
  main: string,
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<SupervisedProcess> {
  const { projectDirectory, data, settings, log } = context;
  const base = given(inherited);
  return supervise({
    name,
    start: (onSpawn) =>
      launch({
        name,
        onSpawn,
        command: process.execPath,
        args: [...nodeOptions, join(projectDirectory, main)],
        env: {
          ...base,
          TEMPORAL_ADDRESS: context.temporalAddress,
          TEMPORAL_NAMESPACE: context.namespace,
          LOG_LEVEL: settings.logLevel ?? 'info',
          ...env,
          ...settings.environment?.[kind],
        },
        cwd: projectDirectory,
        logFile: join(data.logs, `${name}.log`),
        ready: 'ready-line',
      }),
    recordDirectory: data.run,
    log,
  });
}

/** Starts the API on the port, on this machine only. */
export function startApi(
  context: ProgramContext,
  options: { port: number; databaseUrl: string; temporalWeb: string | undefined },
): Promise<SupervisedProcess> {
  return startProgram(context, 'api', 'api', 'api/main.ts', {
    DATABASE_URL: options.databaseUrl,
    MALACHOR_SECRETS_DIR: context.data.secrets,
    MALACHOR_API_HOST: '127.0.0.1',
    MALACHOR_API_PORT: String(options.port),
    ...(options.temporalWeb === undefined ? {} : { MALACHOR_TEMPORAL_WEB_ORIGINS: options.temporalWeb }),
    ...given(['MALACHOR_CATALOG_DIR']),
  });
}

/** Settings of the worker that are handed on from this process's environment. */
const workerSettings = [
  ...['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'MALACHOR_PLANNER_MODEL', 'MALACHOR_CATALOG_DIR'],
  ...['MALACHOR_SCAN_INTERVAL_MINUTES', 'MALACHOR_WEBHOOK_ALLOW_PRIVATE', 'MALACHOR_WORKFLOW_CACHE'],
  'MALACHOR_WITNESS_INTERVAL_MINUTES',
  ...[
    'OTS_ENABLED',
    'OTS_CALENDARS',
    'OTS_MINIMUM',
    'OTS_TIMEOUT',
    'OTS_INTERVAL_MINUTES',
    'OTS_AUTO_UPGRADE',
  ],
  ...['OTS_FIRST_LOOK_MINUTES', 'OTS_CONFIRMATIONS', 'TSA_URL', 'TSA_CERTIFICATES_FILE'],
  ...['BITCOIN_RPC_URL', 'BITCOIN_RPC_USER', 'BITCOIN_RPC_PASSWORD_FILE'],
];

/** Those of the variables that are set here. */
function given(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Starts the central worker. It alone gets the model's key. */
export function startWorker(context: ProgramContext, databaseUrl: string): Promise<SupervisedProcess> {
  const preloaded = pathToFileURL(join(context.projectDirectory, 'workers/without-promise-stacks.ts')).href;
  const env = {
    DATABASE_URL: databaseUrl,
    MALACHOR_SECRETS_DIR: context.data.secrets,
    ...objectSettingsOf(context.data.path, process.env),
    ...given(workerSettings),
  };
  return startProgram(context, 'worker', 'worker', 'workers/main.ts', env, ['--import', preloaded]);
}

/** Where an appliance's secrets are, and its name. */
export function applianceOf(data: DataDirectory, site: string): EnrolledAppliance {
  return { site, appliance: `${site}-1`, secretsDirectory: join(data.appliance(site), 'secrets') };
}

/** Writes the appliance's configuration and starts it; it is enrolled. It gets no way to the database. */
export function startAppliance(
  context: ProgramContext,
  setting: SiteSetting,
  site: RunningSite,
): Promise<SupervisedProcess> {
  const directory = context.data.appliance(site.id);
  const state = join(directory, 'state');
  const { appliance, secretsDirectory } = applianceOf(context.data, site.id);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const config = {
    site: site.id,
    appliance,
    hosts: site.hosts.map(({ ownKernel, ...host }) => ({
      ...host,
      baseline: setting.baseline ?? (ownKernel ? ownKernelBaseline : defaultBaseline),
    })),
  };
  const configFile = join(directory, 'config.json');
  writeFileSync(configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return startProgram(context, `appliance-${site.id}`, 'appliance', 'appliance/main.ts', {
    ...given(['MALACHOR_CATALOG_DIR']),
    MALACHOR_APPLIANCE_CONFIG: configFile,
    MALACHOR_APPLIANCE_STATE: state,
    MALACHOR_SECRETS_DIR: secretsDirectory,
  });
}
