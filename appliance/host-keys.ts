import { type ApplianceConfig, ConfigError, sshHosts, type SshHostConfig } from './config.ts';
import { fetchHostKey, type SeenHostKey } from './enrol-host.ts';
import { hostKeyTypes } from './transports/ssh/algorithms.ts';
import { ConnectionPool } from './transports/ssh/connection-pool.ts';
import { holdJump, openRoute } from './transports/ssh/open-route.ts';
import { type PinnedKeys, pinnedKeys } from './transports/ssh/pinned-keys.ts';
import { TransportError } from './transports/transport-error.ts';

/** The keys that are pinned for a host, and those that it shows. */
export interface HostKeys extends PinnedKeys {
  seen: SeenHostKey[];
}

const timeouts = { connectTimeoutMs: 10_000, keepaliveMs: 10_000 };

/**
 * Asks a host for one key of each type it has. Nothing is logged in to but its jump hosts, whose own keys are pinned.
 *
 * @throws TransportError `host_unreachable` where it shows none, or what a jump host's login failed with
 */
export async function readHostKeys(
  config: Pick<ApplianceConfig, 'hosts'>,
  host: SshHostConfig,
): Promise<HostKeys> {
  const pool: ConnectionPool = new ConnectionPool({
    idleMs: 1_000,
    open: (id) => openRoute(hostOf(config, id), pool, timeouts),
  });
  const jump = host.jump === undefined ? undefined : await holdJump(host, host.jump, pool);
  try {
    const { address, port, legacyAlgorithms: isLegacy = false } = host;
    const seen: SeenHostKey[] = [];
    for (const type of hostKeyTypes) {
      const way = jump === undefined ? {} : { way: await jump.openWay() };
      const key = await unlessOther(fetchHostKey({ address, port, isLegacy, type, ...way }));
      if (key !== undefined) seen.push(key);
    }
    if (seen.length === 0) {
      const message = `${host.id} (${address} port ${port}) shows no SSH host key`;
      throw new TransportError('host_unreachable', message, { mayHaveStarted: false });
    }
    return { ...(await pinnedKeys(host)), seen };
  } finally {
    jump?.release();
    pool.close();
  }
}

function hostOf(config: Pick<ApplianceConfig, 'hosts'>, id: string): SshHostConfig {
  const host = sshHosts(config.hosts).find((each) => each.id === id);
  if (host !== undefined) return host;
  throw new ConfigError(`the appliance configuration has no host ${id} that is reached by SSH`);
}

/** Undefined where the host has no key of the type that was asked for. */
async function unlessOther(fetched: Promise<SeenHostKey>): Promise<SeenHostKey | undefined> {
  try {
    return await fetched;
  } catch (error) {
    const isOther =
      error instanceof TransportError &&
      error.cause instanceof Error &&
      'level' in error.cause &&
      error.cause.level === 'handshake';
    if (isOther) return undefined;
    throw error;
  }
}
