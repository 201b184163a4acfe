import { hostIdSchema } from '../../contracts/ids.ts';
import { StackError } from '../stack-error.ts';
import type { Lab, LabHost } from './lab.ts';
import { enrolHostKey, runOverSsh } from './ssh-run.ts';

/** Where and as whom to log in. */
export interface Login {
  user: string;
  address: string;
  port: number;
}

/** Reads `user@name` or `user@name:port`; an IPv6 address with a port stands in brackets. */
export function parseGivenHost(text: string): Login {
  const match = /^(?<user>[^@\s]+)@(?:\[(?<v6>[^\]]+)\]|(?<name>[^@\s:]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const port = Number(match?.groups?.['port'] ?? 22);
  const address = match?.groups?.['v6'] ?? match?.groups?.['name'];
  if (!match?.groups?.['user'] || address === undefined || port < 1 || port > 65_535)
    throw new StackError(
      'configuration_invalid',
      `${text} is not a host to log in to`,
      'Write it as user@name or user@name:port.',
    );
  return { user: match.groups['user'], address, port };
}

function hostIdFrom(address: string): string {
  const id = address
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return hostIdSchema.parse(id);
}

/**
 * Hosts that somebody gave: not booted, not removed, changed only by what is run on them. The account must have
 * passwordless sudo. Their keys are taken at this first login and pinned from then on.
 */
export async function openGivenHosts(logins: readonly Login[], identityFile: string): Promise<Lab> {
  const hosts: LabHost[] = [];
  for (const login of logins) {
    const host = { id: hostIdFrom(login.address), identityFile, ...login };
    hosts.push({ ...host, hostKey: await enrolHostKey(host) });
  }
  const refuse = async (): Promise<never> => {
    throw new StackError(
      'part_unavailable',
      'given hosts are not made, rebooted or removed here',
      'Give more with --host.',
    );
  };
  return {
    kind: 'given',
    hosts,
    addHost: refuse,
    removeHost: refuse,
    reboot: refuse,
    run: async (id, script, options) => {
      const host = hosts.find((candidate) => candidate.id === id);
      if (!host)
        throw new StackError('configuration_invalid', `no host ${id} was given`, 'Use one of those given.');
      return runOverSsh(host, script, options);
    },
    stop: () => Promise.resolve(),
  };
}
