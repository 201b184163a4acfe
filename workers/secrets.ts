import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** The central secrets, each from its own file. Held in memory only. */
export interface CentralSecrets {
  payloadMaster: string;
  orderSigningPem: string;
  evidenceSigningPem: string;
  webhookSecret: string;
}

/**
 * Reads the secrets directory.
 *
 * @throws Error naming the file that is missing, or readable by others (mode other than 0600 or 0400), never its content
 */
export async function readCentralSecrets(directory: string): Promise<CentralSecrets> {
  const read = (name: string) => readSecret(path.join(directory, name));
  const [payloadMaster, orderSigningPem, evidenceSigningPem, webhookSecret] = await Promise.all([
    read('payload-master.key'),
    read('order-signing.pem'),
    read('evidence-signing.pem'),
    read('webhook.secret'),
  ]);
  return { payloadMaster, orderSigningPem, evidenceSigningPem, webhookSecret };
}

async function readSecret(file: string): Promise<string> {
  const info = await stat(file).catch((cause: unknown) => {
    throw new Error(`The secret ${file} is missing: restore it from the backup of the secrets`, { cause });
  });
  if ((info.mode & 0o077) !== 0) {
    throw new Error(`The secret ${file} can be read by others: run chmod 600 on it, then change the secret`);
  }
  return (await readFile(file, 'utf8')).trim();
}
