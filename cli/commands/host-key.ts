import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ConfigError, isLocal, parseApplianceConfig, type SshHostConfig } from '../../appliance/config.ts';
import { type HostKeys, readHostKeys } from '../../appliance/host-keys.ts';
import { pinHostKey } from '../../appliance/pin-host-key.ts';
import { TransportError } from '../../appliance/transports/transport-error.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { groupOf } from '../command-group.ts';
import { defaultDataDirectory } from '../project.ts';

interface KeyOptions {
  config?: string;
  accept?: string;
  json?: boolean;
}

/** What `malachor host key --json` prints. */
export interface HostKeyReport extends Omit<HostKeys, 'types'> {
  host: string;
  config: string;
  /** Whether the host shows a key that is pinned and not revoked. */
  isPinned: boolean;
  /** The key that was pinned by this call. */
  accepted?: string;
}

/** `malachor host key`: the keys a host shows beside those that are pinned, and a way to accept a change. */
export function register(program: Command): void {
  groupOf(program, 'host')
    .command('key')
    .description('show the pinned and the seen keys of a host; exit 1 where they differ')
    .argument('<host>', 'id of the host in the configuration of its appliance')
    .option('--config <file>', 'configuration of the appliance', process.env['MALACHOR_APPLIANCE_CONFIG'])
    .option('--accept <fingerprint>', 'pin this key instead, where the host shows exactly it')
    .option('--json', 'print one JSON document')
    .action(async (host: string, options: KeyOptions) => {
      const report = await runHostKey(host, options);
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describeHostKey(report));
      if (!report.isPinned) process.exitCode = exitCodes.negative;
    });
}

/** Compares, and pins the key that `accept` names. @throws CommandError */
export async function runHostKey(
  id: string,
  { config: given, accept }: { config?: string; accept?: string },
): Promise<HostKeyReport> {
  const file = given ?? findConfig(id);
  try {
    const config = parseApplianceConfig(await readFile(file, 'utf8'));
    const host = config.hosts.find((each) => each.id === id);
    if (host === undefined || isLocal(host)) {
      throw new ConfigError(`${file} has no host ${id} that is reached by SSH`);
    }
    const keys = await readHostKeys(config, host);
    if (accept === undefined) return reportOf(host, file, keys);
    refuseUnseen(id, keys, accept);
    await pinHostKey(file, id, accept);
    return { ...reportOf(host, file, { ...keys, pinned: [accept] }), accepted: accept };
  } catch (error) {
    if (error instanceof TransportError) {
      throw new CommandError(error.message, error.nextStep, exitCodes.unavailable, { cause: error });
    }
    if (error instanceof ConfigError || isNoFile(error)) {
      const message = error instanceof ConfigError ? error.message : `${file} cannot be read or written`;
      const next = 'Name the configuration of the appliance with --config FILE, and a host that is in it.';
      throw new CommandError(message, next, exitCodes.usage, { cause: error });
    }
    throw error;
  }
}

/** The report for people. */
export function describeHostKey(report: HostKeyReport): string {
  const { host, config, pinned, seen, revoked, ignored, isPinned, accepted } = report;
  const noteOf = (fingerprint: string): string => {
    if (revoked.includes(fingerprint)) return 'REVOKED';
    return pinned.includes(fingerprint) ? 'pinned' : 'not pinned';
  };
  const lines = [
    `${host} in ${config}`,
    ...pinned.map((fingerprint) => `  pinned  ${fingerprint}`),
    ...seen.map(({ fingerprint, type }) => `  seen    ${fingerprint}  ${type}, ${noteOf(fingerprint)}`),
    ...ignored.map(({ line, reason }) => `  line ${line} of its known_hosts file is not used: ${reason}`),
  ];
  if (accepted !== undefined) {
    lines.push(`${accepted} is pinned now. Start the appliance again, so that it uses it.`);
  } else if (isPinned) lines.push('The host shows the key that is pinned.');
  else {
    lines.push(
      'The host shows no key that is pinned. Find out why, and compare with `ssh-keygen -lf` at its console.',
      `If it is right: malachor host key ${host} --config ${config} --accept SHA256:…`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function reportOf(host: SshHostConfig, config: string, keys: HostKeys): HostKeyReport {
  const { pinned, revoked, ignored, seen } = keys;
  const isPinned = seen.some(
    ({ fingerprint }) => pinned.includes(fingerprint) && !revoked.includes(fingerprint),
  );
  return { host: host.id, config, pinned, revoked, ignored, seen, isPinned };
}

function refuseUnseen(id: string, { seen, revoked }: HostKeys, accept: string): void {
  if (revoked.includes(accept)) {
    throw new CommandError(
      `${accept} is revoked in the known_hosts file of ${id}`,
      'Never pin a revoked key; make a new host key on the host.',
      exitCodes.negative,
    );
  }
  if (seen.some(({ fingerprint }) => fingerprint === accept)) return;
  throw new CommandError(
    `${id} does not show the key ${accept}; nothing was changed`,
    'Type the fingerprint that `ssh-keygen -lf` prints at the console of the host, whole.',
    exitCodes.negative,
  );
}

/** The one configuration below the data directory of `malachor up` that has the host. @throws CommandError */
function findConfig(id: string): string {
  const directory = join(defaultDataDirectory(), 'appliances');
  const sites = existsSync(directory) ? readdirSync(directory) : [];
  const found = sites.map((site) => join(directory, site, 'config.json')).filter((file) => existsSync(file));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new CommandError(
    found.length === 0
      ? `no appliance is configured in ${directory}`
      : `${found.length} appliances are configured in ${directory}; which of them has ${id}?`,
    'Name the configuration of the appliance with --config FILE.',
    exitCodes.usage,
  );
}

function isNoFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
