import { readFile } from 'node:fs/promises';
import { readPublicKey } from '../../evidence/node/ed25519.ts';

/** The file of the ledger's keys cannot be used; the message says what to do. */
export class LogKeysError extends Error {
  override readonly name = 'LogKeysError';
}

const advice =
  'put the public half of central’s evidence-signing.pem into it (`openssl pkey -pubout`), under those before it';

const block = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/**
 * The raw public keys of a text with PEM blocks (SubjectPublicKeyInfo), in its order: the key that a ledger's checkpoints are
 * signed with and those before it.
 *
 * @throws LogKeysError
 */
export function parseLogKeys(text: string): Uint8Array[] {
  const blocks = text.match(block) ?? [];
  if (blocks.length === 0 || text.replaceAll(block, '').trim() !== '')
    throw new LogKeysError(`the file of the ledger's keys holds none, or something besides: ${advice}`);
  try {
    return blocks.map(readPublicKey);
  } catch (cause) {
    throw new LogKeysError("the file of the ledger's keys holds one that is not Ed25519: take it out", {
      cause,
    });
  }
}

/** Reads such a file. @throws LogKeysError */
export async function readLogKeys(file: string): Promise<Uint8Array[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LogKeysError(`${file} cannot be read: ${advice}`, { cause });
  });
  return parseLogKeys(text);
}
