import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../persistence/migrate.ts';
import { takeDataDirectory } from './data-directory.ts';
import { enrolSites } from './enrol-sites.ts';
import type { Lab } from './lab/lab.ts';
import { planLab } from './lab/start-lab.ts';
import { portSettings } from './port-settings.ts';
import { ensurePortsFree } from './ports.ts';
import { addOperators, ensureCentralSecrets } from './secrets.ts';
import type { RunningSite, SiteSetting, Stack, StackOptions } from './stack.ts';
import { applianceOf, startApi, startAppliance, startWorker, type ProgramContext } from './start-programs.ts';
import { startDatabase } from './start-database.ts';
import { startTemporalServer } from './start-temporal-server.ts';
import { StackError } from './stack-error.ts';
import { endRecordedProcesses } from './supervisor/process-records.ts';
import { startReaper } from './supervisor/start-reaper.ts';
import type { SupervisedProcess } from './supervisor/supervise.ts';

/** Gives the lab's hosts to the sites in order. */
function divideHosts(settings: readonly SiteSetting[], lab: Lab | undefined): RunningSite[] {
  const hosts = [...(lab?.hosts ?? [])].sort((one, other) =>
    one.id.localeCompare(other.id, 'en', { numeric: true }),
  );
  const own = hosts.filter(({ ownKernel }) => ownKernel);
  const shared = hosts.filter(({ ownKernel }) => !ownKernel);
  const sites = settings.map(({ id, hosts: count, ownKernels = 0 }) => ({
    id,
    hosts: [...shared.splice(0, count), ...own.splice(0, ownKernels)],
  }));
  const wanted = settings.reduce((sum, { hosts: count, ownKernels = 0 }) => sum + count + ownKernels, 0);
  if (wanted > sites.reduce((sum, { hosts: taken }) => sum + taken.length, 0))
    throw new StackError(
      'configuration_invalid',
      `the sites want ${wanted} hosts, the lab has ${lab?.hosts.length ?? 0}`,
      'Ask for more lab hosts, or give the sites fewer.',
    );
  return sites;
}

/** Waits until every start has succeeded or failed, so that a failure stops the others whole, then rejects with the first. */
async function allStarted<T extends unknown[]>(starts: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(starts);
  const failed = settled.find((start) => start.status === 'rejected');
  if (failed) throw failed.reason;
  return Promise.all(starts);
}

/**
 * Starts the whole system on this machine: Postgres and Temporal unless they are given, the lab, the API, the worker and
 * one appliance a site; resolves when all of it serves. What ends unexpectedly is started again until `stop`. Where any
 * part cannot be started, everything started so far is stopped and the error says why.
 *
 * Nothing outlives this process: a companion ends all parts if it is killed.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { projectDirectory, cacheDirectory, ports, external = {}, settings = {}, log } = options;
  const namespace = settings.namespace ?? 'malachor';
  const now = new Date();
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) {
      try {
        await step();
      } catch (error) {
        // The rest must still be stopped.
        log(`stopping: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const kept = (process: SupervisedProcess): SupervisedProcess => {
    undo.push(() => process.stop());
    return process;
  };

  const data = takeDataDirectory(options.dataDirectory, now);
  undo.push(data.release);
  try {
    await endRecordedProcesses(data.run, log);
    await ensurePortsFree(portSettings(options));
    const bootLab = await planLab(options.lab, {
      projectDirectory,
      dataDirectory: data.path,
      cacheDirectory,
      log,
    });
    undo.push(startReaper(data.run, join(projectDirectory, 'stack/supervisor/reaper.ts')));
    mkdirSync(data.logs, { recursive: true, mode: 0o750 });
    ensureCentralSecrets(data.secrets);

    const startPostgres = async () => {
      const database = await startDatabase({
        dataDirectory: data.postgres,
        cacheDirectory,
        recordDirectory: data.run,
        port: ports.postgres,
        external,
        log,
        serverLog: (line) => {
          appendFileSync(join(data.logs, 'postgres.log'), `${line}\n`);
        },
      });
      if (database.process) kept(database.process);
      await migrate(database.ownerUrl);
      return database;
    };
    const startTemporal = async () => {
      const temporal = await startTemporalServer({
        dataDirectory: data.temporal,
        cacheDirectory,
        recordDirectory: data.run,
        logDirectory: data.logs,
        ports,
        namespace,
        settings,
        external,
        log,
      });
      if (temporal.process) kept(temporal.process);
      if (temporal.stopWeb) undo.push(temporal.stopWeb);
      return temporal;
    };
    const startHosts = async () => {
      const lab = await bootLab();
      if (lab) undo.push(() => lab.stop());
      return lab;
    };
    const [database, temporal, lab] = await allStarted([startPostgres(), startTemporal(), startHosts()]);

    const sites = divideHosts(options.sites, lab);
    const appliances = options.sites.map(({ id }) => applianceOf(data, id));
    const enrolled = { centralSecrets: data.secrets, list: appliances };
    await enrolSites(database.url, options.sites, sites, enrolled, now);

    const context: ProgramContext = {
      projectDirectory,
      data,
      settings,
      temporalAddress: temporal.address,
      namespace,
      log,
    };
    const tokens = addOperators(data.secrets, settings.operators ?? []);
    tokens.set('admin', readFileSync(join(data.secrets, 'admin-token'), 'utf8').trim());
    const api = kept(
      await startApi(context, { port: ports.api, databaseUrl: database.url, temporalWeb: temporal.web }),
    );
    const worker = kept(await startWorker(context, database.url));
    const running = new Map<string, SupervisedProcess>();
    for (const setting of options.sites) {
      const site = sites.find(({ id }) => id === setting.id);
      if (site) running.set(setting.id, kept(await startAppliance(context, setting, site)));
    }
    const addresses = {
      api: `http://127.0.0.1:${ports.api}`,
      temporal: temporal.address,
      namespace,
      ...(temporal.web === undefined ? {} : { temporalWeb: temporal.web }),
    };
    data.note(addresses);
    return {
      addresses,
      databaseUrl: database.url,
      databaseOwnerUrl: database.ownerUrl,
      secretsDirectory: data.secrets,
      logDirectory: data.logs,
      tokens,
      sites,
      processes: {
        ...(database.process ? { postgres: database.process } : {}),
        ...(temporal.process ? { temporal: temporal.process } : {}),
        api,
        worker,
        appliances: running,
      },
      lab,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
