import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, parseApplianceConfig } from './config.ts';

/**
 * Makes `fingerprint` the one pinned key of a host in the configuration file and leaves everything else as it is. The
 * file is replaced as a whole or not at all, with its mode and owner, and is on disk when this resolves.
 *
 * @throws ConfigError where the file has no such host, or would not be valid with it
 */
export async function pinHostKey(file: string, host: string, fingerprint: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  parseApplianceConfig(text);
  const value = JSON.parse(text) as { hosts: { id: string; hostKey?: unknown }[] };
  const entry = value.hosts.find(({ id }) => id === host);
  if (entry === undefined) throw new ConfigError(`the appliance configuration has no host ${host}`);
  entry.hostKey = fingerprint;
  const changed = `${JSON.stringify(value, null, 2)}\n`;
  parseApplianceConfig(changed);
  await replaceFile(file, changed);
}

async function replaceFile(file: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(file);
  const draft = `${file}.${process.pid}.part`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.chown(uid, gid);
    await handle.chmod(mode & 0o7777);
    await handle.sync();
    await rename(draft, file);
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
  const directory = await open(dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
}
