import { open, readFile } from 'node:fs/promises';
import type { ByteSource } from '../evidence/archive/byte-source.ts';
import { KeyError, readPublicKey } from '../evidence/node/ed25519.ts';
import { fileSource } from '../evidence/node/file-source.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { fingerprintOf } from '../evidence/signer.ts';
import { CommandError, exitCodes } from './command-error.ts';

/** Opens an archive while `use` runs, to be read piece by piece: it may be larger than memory. Throws CommandError. */
export async function withArchiveFile<T>(file: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const unreadable = (cause: unknown) =>
    new CommandError(`${file} cannot be read`, 'Check the path.', exitCodes.usage, { cause });
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw unreadable(cause);
  });
  try {
    if (!(await handle.stat()).isFile()) throw unreadable(undefined);
    return await use(await fileSource(handle));
  } finally {
    await handle.close();
  }
}

/** The keys given with `--key`, as fingerprints; undefined where none is. Throws CommandError. */
export async function trustedFingerprints(keys: readonly string[]): Promise<readonly string[] | undefined> {
  return keys.length === 0 ? undefined : Promise.all(keys.map(fingerprint));
}

async function fingerprint(key: string): Promise<string> {
  if (/^[0-9a-f]{64}$/i.test(key)) return key.toLowerCase();
  if (/^[0-9a-f]{16}$/i.test(key)) {
    throw new CommandError(
      `${key} is a key id, and too short to prove a key`,
      'Give the whole fingerprint of 64 hex digits, or the PEM file.',
      exitCodes.usage,
    );
  }
  try {
    return fingerprintOf(readPublicKey(await readFile(key, 'utf8')), sha256);
  } catch (cause) {
    const reason = cause instanceof KeyError ? 'holds no Ed25519 key' : 'cannot be read';
    throw new CommandError(
      `--key ${key} ${reason}`,
      'Give a fingerprint of 64 hex digits, or a PEM file with an Ed25519 public key.',
      exitCodes.usage,
      { cause },
    );
  }
}
