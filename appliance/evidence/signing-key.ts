import { readFile, stat } from 'node:fs/promises';
import { createSigner } from '../../evidence/node/ed25519.ts';
import type { Signer } from '../../evidence/signer.ts';

/** A key of the appliance cannot be used; the message says what to do. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/**
 * Reads an Ed25519 private key (PKCS #8 in PEM) that nobody but its owner may read.
 *
 * @throws SigningKeyError
 */
export async function readSigningKey(file: string): Promise<Signer> {
  const mode = await stat(file).then(
    (found) => found.mode,
    () => undefined,
  );
  if (mode === undefined)
    throw new SigningKeyError(
      `${file} is missing: make it with \`openssl genpkey -algorithm ed25519\`, mode 0600, and enrol its public half ` +
        'with `malachor key add`',
    );
  if ((mode & 0o077) !== 0)
    throw new SigningKeyError(`${file} can be read by others: \`chmod 600\` it, or better, replace the key`);
  try {
    return createSigner(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new SigningKeyError(`${file} is no Ed25519 private key in PEM`, { cause });
  }
}
