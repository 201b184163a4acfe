import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';

const credentialsSchema = z.strictObject({
  ownerPassword: z.string().regex(/^[0-9a-f]{48}$/),
  applicationPassword: z.string().regex(/^[0-9a-f]{48}$/),
});
/** Passwords of the two roles that may log in. Hexadecimal, so they need no escaping anywhere. */
export type PostgresCredentials = z.output<typeof credentialsSchema>;

/** Reads the passwords from `file`; undefined where there are none yet. */
export async function readCredentials(file: string): Promise<PostgresCredentials | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : credentialsSchema.parse(JSON.parse(text));
}

/** Makes new passwords and stores them durably in `file`, readable by the present user alone. */
export async function createCredentials(file: string): Promise<PostgresCredentials> {
  const password = () => randomBytes(24).toString('hex');
  const credentials = { ownerPassword: password(), applicationPassword: password() };
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(JSON.stringify(credentials));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  return credentials;
}
