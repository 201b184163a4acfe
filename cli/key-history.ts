import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createSigner } from '../evidence/node/ed25519.ts';
import { createPersistence } from '../persistence/create-persistence.ts';
import type { SigningKey, SigningKeys } from '../persistence/signing-keys.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { readEvidenceKey, resolveDatabaseUrl } from './evidence-source.ts';
import { defaultDataDirectory } from './project.ts';

export const purposes = ['evidence', 'order', 'appliance', 'witness'] as const;
type EndablePurpose = (typeof purposes)[number];

interface EndOptions {
  purpose: EndablePurpose;
  at?: string;
  reason: string;
  data: string;
  json?: boolean;
}

/** Opens the keys of the running system while `use` runs. */
export async function withSigningKeys<T>(data: string, use: (keys: SigningKeys) => Promise<T>): Promise<T> {
  const source = { dataDirectory: resolve(data), env: process.env };
  const persistence = await createPersistence(await resolveDatabaseUrl(source), { connections: 1 });
  try {
    return await use(persistence.signingKeys);
  } finally {
    await persistence.close();
  }
}

/** Adds to `command` what ending a key takes, and the action. */
export function endsKey(command: Command, kind: 'retired' | 'revoked'): void {
  command
    .argument('<key>', 'id of the key, 16 hex digits, as `malachor key list` shows it')
    .option('--purpose <purpose>', `what it signs: ${purposes.join(' or ')}`, parsePurpose, 'evidence')
    .option('--at <moment>', 'from when on, as 2026-01-31T08:00:00Z (default: now)')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action((keyId: string, options: EndOptions) => endKey(kind, keyId, options));
}

async function endKey(kind: 'retired' | 'revoked', keyId: string, options: EndOptions): Promise<void> {
  const { purpose, reason, data, json } = options;
  const now = new Date();
  const at = parseEnd(options.at, now);
  if (reason.trim() === '' || reason.length > 500)
    throw new CommandError('the reason is empty or too long', 'Give 1 to 500 characters.', exitCodes.usage);
  await refuseKeyInUse(keyId, purpose, data);
  const key = await withSigningKeys(data, async (keys) => {
    await keys.end({ keyId, purpose, kind, at, reason, recordedAt: now.toISOString() });
    return (await keys.list(purpose)).find((each) => each.keyId === keyId);
  });
  if (!key)
    throw new CommandError(
      `no key ${keyId} has signed for ${purpose}`,
      'See `malachor key list`.',
      exitCodes.usage,
    );
  process.stdout.write(json ? `${JSON.stringify(key)}\n` : `${describeKey(key)}\n`);
}

/** What a key in use signs would count for nothing from then on. */
async function refuseKeyInUse(keyId: string, purpose: EndablePurpose, data: string): Promise<void> {
  if (purpose !== 'evidence') return;
  const current = createSigner(await readEvidenceKey({ dataDirectory: resolve(data), env: process.env }));
  if (current.keyId !== keyId) return;
  throw new CommandError(
    `key ${keyId} signs the evidence now`,
    'Stop Malachor, move secrets/evidence-signing.pem away, start it, which makes a new key, and end the old one then.',
    exitCodes.negative,
  );
}

/** The moment as ISO 8601 in UTC. @throws CommandError for what is none, or is yet to come */
function parseEnd(text: string | undefined, now: Date): string {
  if (text === undefined) return now.toISOString();
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const moment = new Date(isMoment ? text : Number.NaN);
  if (Number.isNaN(moment.getTime()) || moment > now)
    throw new CommandError(
      `${text} is no moment until now`,
      'Write it with its time zone, as 2026-01-31T08:00:00Z.',
      exitCodes.usage,
    );
  return moment.toISOString();
}

/** One line for people. */
export function describeKey(key: SigningKey): string {
  const { keyId, purpose, firstUsedAt, retiredAt, revokedAt, site, appliance } = key;
  return [
    `${keyId}  ${purpose.padEnd(10)}  since ${firstUsedAt}`,
    site === undefined ? undefined : `of ${site}/${appliance ?? ''}`,
    retiredAt === undefined ? undefined : `retired ${retiredAt}`,
    revokedAt === undefined ? undefined : `revoked ${revokedAt}`,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}

function parsePurpose(text: string): EndablePurpose {
  const found = purposes.find((purpose) => purpose === text);
  if (found) return found;
  throw new CommandError(`${text} is no purpose of a key`, `Give ${purposes.join(' or ')}.`, exitCodes.usage);
}
