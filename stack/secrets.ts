import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseMasterKeyFile, formatSiteKeyFile } from '../temporal/key-files.ts';
import { derivePayloadKey } from '../temporal/site-keys.ts';

/** Makes the directory, open to its owner alone. */
function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}

/** Writes a secret so that it is there wholly or not at all, mode 0600. */
function writeSecret(file: string, text: string): void {
  const handle = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

const signingKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const centralSecrets: Record<string, () => string> = {
  'admin-token': () => `${randomBytes(32).toString('base64url')}\n`,
  'operators.json': () => '[]\n',
  'payload-master.key': () => `${randomBytes(32).toString('base64')}\n`,
  'order-signing.pem': signingKey,
  'evidence-signing.pem': signingKey,
  'webhook.secret': () => `${randomBytes(32).toString('base64url')}\n`,
};

/** Makes each central secret that is missing; what is there stays as it is. */
export function ensureCentralSecrets(directory: string): void {
  makePrivate(directory);
  for (const [name, make] of Object.entries(centralSecrets)) {
    const file = join(directory, name);
    if (!existsSync(file)) writeSecret(file, make());
  }
}

const operatorsSchema = z.array(z.looseObject({ name: z.string() }));

/** Somebody who may use the API besides the admin. */
export interface NewOperator {
  name: string;
  role: 'admin' | 'operator' | 'readonly';
}

/** Gives each operator a bearer token, replacing the one of the same name; resolves to the tokens by name. */
export function addOperators(directory: string, operators: readonly NewOperator[]): Map<string, string> {
  const file = join(directory, 'operators.json');
  const names = new Set(operators.map(({ name }) => name));
  const others = operatorsSchema
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .filter(({ name }) => !names.has(name));
  const tokens = new Map(operators.map(({ name }) => [name, randomBytes(32).toString('base64url')]));
  const added = operators.map(({ name, role }) => {
    const sha256 = createHash('sha256')
      .update(tokens.get(name) ?? '')
      .digest('hex');
    return { name, role, sha256 };
  });
  if (added.length > 0) writeSecret(file, `${JSON.stringify([...others, ...added], null, 2)}\n`);
  return tokens;
}

/** Files of the keys that an appliance signs with, by what they sign. */
export const applianceKeyFiles = {
  appliance: 'evidence-signing.pem',
  witness: 'witness-signing.pem',
} as const;

/**
 * Writes what a site's appliance may know: the payload key of its own site, the public halves of the key that signs orders and
 * of every key that has signed checkpoints, and keys of its own that it signs what it sees with, which stay as they are. Nothing
 * in it lets it read another site's payloads or sign an order.
 */
export function provisionSiteSecrets(centralDirectory: string, siteDirectory: string, site: string): void {
  makePrivate(siteDirectory);
  const master = parseMasterKeyFile(readFileSync(join(centralDirectory, 'payload-master.key'), 'utf8'));
  const siteKey = derivePayloadKey(master, { site, version: 1 });
  writeSecret(join(siteDirectory, 'payload-site.key'), formatSiteKeyFile(new Map([[1, siteKey]])));
  const orderKey = publicHalf(join(centralDirectory, 'order-signing.pem'));
  writeSecret(join(siteDirectory, 'order-signing.pub.pem'), orderKey);
  addPublicKey(
    join(siteDirectory, 'evidence-signing.pub.pem'),
    publicHalf(join(centralDirectory, 'evidence-signing.pem')),
  );
  for (const name of Object.values(applianceKeyFiles)) {
    const file = join(siteDirectory, name);
    if (!existsSync(file)) writeSecret(file, signingKey());
  }
}

/** Puts a key under the others of the file, unless it is there: a witness has to know the log by each key it ever had. */
function addPublicKey(file: string, publicKey: string): void {
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!known.includes(publicKey.trim())) writeSecret(file, known + publicKey);
}

/** Public half (SubjectPublicKeyInfo in PEM) of the private key in a file. */
export function publicHalf(file: string): string {
  return createPublicKey(readFileSync(file)).export({ type: 'spki', format: 'pem' }).toString();
}
