import { readFile } from 'node:fs/promises';
import type { SshHostConfig } from '../../config.ts';
import { TransportError } from '../transport-error.ts';
import { isPinnedKey } from './host-key.ts';
import { type KnownHost, type KnownKey, readKnownHosts } from './known-hosts.ts';

/** The keys one host may show. */
export interface PinnedKeys {
  /** Fingerprints. */
  pinned: readonly string[];
  /** Fingerprints that are refused though they were pinned. */
  revoked: readonly string[];
  /** Types of the pinned keys, where they are known. */
  types: readonly string[];
  /** Lines of the known_hosts file that were left out, and why. */
  ignored: KnownHost['ignored'];
}

/**
 * The keys that are pinned for a host: `hostKey` of the configuration, or else what its known_hosts file says. Read anew
 * for each connection.
 *
 * @throws TransportError `host_key_unknown` where its file cannot be read: a revocation in it would go unseen
 */
export async function pinnedKeys(host: SshHostConfig): Promise<PinnedKeys> {
  const known = host.knownHostsFile === undefined ? undefined : await readFileOf(host, host.knownHostsFile);
  const fingerprints = (keys: readonly KnownKey[] = []) => keys.map(({ fingerprint }) => fingerprint);
  const own = [host.hostKey ?? []].flat();
  return {
    pinned: own.length > 0 ? own : fingerprints(known?.keys),
    revoked: fingerprints(known?.revoked),
    types: own.length > 0 ? [] : [...new Set(known?.keys.map(({ type }) => type))],
    ignored: known?.ignored ?? [],
  };
}

/** Whether a host may show this key. */
export function isAccepted(key: Buffer, { pinned, revoked }: PinnedKeys): boolean {
  return pinned.some((each) => isPinnedKey(key, each)) && !revoked.some((each) => isPinnedKey(key, each));
}

async function readFileOf(host: SshHostConfig, file: string): Promise<KnownHost> {
  try {
    return readKnownHosts(await readFile(file, 'utf8'), host.address, host.port);
  } catch (cause) {
    throw new TransportError(
      'host_key_unknown',
      `the known_hosts file ${file} of ${host.id} cannot be read`,
      {
        mayHaveStarted: false,
        cause,
      },
    );
  }
}
