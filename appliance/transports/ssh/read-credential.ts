import { open } from 'node:fs/promises';
import type { SshHostConfig } from '../../config.ts';

/** What the appliance proves itself with to a host. Held in memory for one connection attempt only. */
export type Credential =
  { kind: 'key'; privateKey: Buffer; passphrase?: string } | { kind: 'password'; password: string };

/** A credential's file cannot be used. The message names the file, never what is in it. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

const maxBytes = 65_536;

/**
 * Reads a host's credential from its file, anew for each connection, so that a changed password is used at once.
 *
 * @throws CredentialError when the file is missing, is too long or can be read by others
 */
export async function readCredential(host: SshHostConfig): Promise<Credential> {
  if (host.identityFile !== undefined) {
    const privateKey = await readSecret(host.identityFile);
    if (host.passphraseFile === undefined) return { kind: 'key', privateKey };
    return { kind: 'key', privateKey, passphrase: await readLine(host.passphraseFile) };
  }
  if (host.passwordFile !== undefined) {
    return { kind: 'password', password: await readLine(host.passwordFile) };
  }
  throw new CredentialError(`host ${host.id} has no credential: set identityFile or passwordFile`);
}

async function readLine(file: string): Promise<string> {
  return (await readSecret(file)).toString('utf8').replace(/\r?\n$/, '');
}

async function readSecret(file: string): Promise<Buffer> {
  let handle;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    throw new CredentialError(`cannot open the credential file ${file}`, { cause });
  }
  try {
    const { mode, size } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw new CredentialError(`the credential file ${file} can be read by others: chmod 600 it`);
    }
    if (size === 0 || size > maxBytes)
      throw new CredentialError(`the credential file ${file} is empty or too long`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
