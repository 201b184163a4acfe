import { open } from 'node:fs/promises';
import { z } from 'zod';
import { ObjectStoreError } from '../object-store-error.ts';

const credentialsSchema = z.object({
  accessKeyId: z.string().min(1).max(200),
  secretAccessKey: z.string().min(1).max(500),
  sessionToken: z.string().min(1).max(10_000).optional(),
});
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const maxBytes = 65_536;

/**
 * The credentials in `file`; without one those of `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
 * No message says what is in them.
 *
 * @throws ObjectStoreError misconfigured: missing, malformed, or a file that others can read
 */
export async function readCredentials(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<S3Credentials> {
  const source =
    file === undefined
      ? {
          accessKeyId: env['AWS_ACCESS_KEY_ID'],
          secretAccessKey: env['AWS_SECRET_ACCESS_KEY'],
          // An empty variable is one that is not set.
          sessionToken: env['AWS_SESSION_TOKEN'] === '' ? undefined : env['AWS_SESSION_TOKEN'],
        }
      : await readJson(file);
  const parsed = credentialsSchema.safeParse(source);
  if (parsed.success) {
    const { sessionToken, ...rest } = parsed.data;
    return sessionToken === undefined ? rest : { ...rest, sessionToken };
  }
  throw misconfigured(
    file === undefined ? 'there are no S3 credentials in the environment' : `${file} holds no S3 credentials`,
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with {"accessKeyId", "secretAccessKey"} in it.',
  );
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    const handle = await open(file, 'r');
    try {
      const { mode, size } = await handle.stat();
      if ((mode & 0o077) !== 0) {
        throw misconfigured(`others can read the credentials in ${file}`, `chmod 600 ${file}`);
      }
      text = size > maxBytes ? '' : await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ObjectStoreError) throw error;
    throw misconfigured(`${file} cannot be read`, 'Make the file readable to this process alone.');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message would quote the file.
    return undefined;
  }
}

function misconfigured(message: string, nextStep: string): ObjectStoreError {
  return new ObjectStoreError('misconfigured', message, { nextStep });
}
