import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { applianceIdSchema, siteIdSchema } from '../../contracts/ids.ts';
import { readPublicKey } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { keyIdOf } from '../../evidence/signer.ts';
import { witnessName } from '../../evidence/witness/witness-name.ts';
import type { SigningKey, SigningKeys } from '../../persistence/signing-keys.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { groupOf } from '../command-group.ts';
import { describeKey, withSigningKeys } from '../key-history.ts';
import { parseDuration } from '../parse-duration.ts';
import { defaultDataDirectory } from '../project.ts';

interface AddOptions {
  purpose: 'appliance' | 'witness';
  site: string;
  appliance: string;
  overlap?: string;
  data: string;
  json?: boolean;
}

/**
 * `malachor key add`: enrols a key that an appliance keeps, so that what it signs from now on counts; with `--overlap` it takes the
 * place of the appliance's earlier ones.
 */
export function register(program: Command): void {
  groupOf(program, 'key')
    .command('add')
    .description('let a key of an appliance count from now on, beside its others or in their place')
    .argument('<file>', 'its public half (SubjectPublicKeyInfo in PEM)')
    .addOption(
      new Option('--purpose <purpose>', 'what it signs')
        .choices(['appliance', 'witness'])
        .default('appliance'),
    )
    .requiredOption('--site <id>', 'the site of the appliance')
    .requiredOption('--appliance <name>', 'the appliance that keeps the private half')
    .option('--overlap <time>', 'retire its earlier keys this long from now, as 24h; they stay without it')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action(addKey);
}

async function addKey(file: string, options: AddOptions): Promise<void> {
  const { purpose, appliance, data, json } = options;
  const site = siteIdSchema.safeParse(options.site).data;
  if (site === undefined || !applianceIdSchema.safeParse(appliance).success)
    throw new CommandError(
      'a site and an appliance are named by DNS labels',
      'See `malachor key list`.',
      exitCodes.usage,
    );
  const overlapSeconds =
    options.overlap === undefined ? undefined : parseDuration('--overlap', options.overlap);
  const pem = await readPem(file);
  const now = new Date();
  const key: SigningKey = {
    keyId: keyIdOf(readPublicKey(pem), sha256),
    purpose,
    publicKey: pem,
    firstUsedAt: now.toISOString(),
    site,
    appliance,
    ...(purpose === 'witness' && { name: witnessName(site, appliance) }),
  };
  const own = await withSigningKeys(data, async (keys) => {
    await keys.remember(key);
    const stored = (await keys.list(purpose)).find(({ keyId }) => keyId === key.keyId);
    if (stored?.site !== site || stored.appliance !== appliance)
      throw new CommandError(
        `key ${key.keyId} is enrolled for ${stored?.site ?? ''}/${stored?.appliance ?? ''}`,
        'Make another key: one key is never of two appliances.',
        exitCodes.negative,
      );
    if (overlapSeconds !== undefined) await retireOthers(keys, stored, now, overlapSeconds);
    return (await keys.list(purpose, { site })).filter((each) => each.appliance === appliance);
  });
  process.stdout.write(
    json ? `${JSON.stringify({ keys: own })}\n` : own.map((each) => `${describeKey(each)}\n`).join(''),
  );
}

/** Ends the appliance's other keys of that purpose that have no end yet. */
async function retireOthers(
  keys: SigningKeys,
  { keyId, purpose, site = '', appliance }: SigningKey,
  now: Date,
  overlapSeconds: number,
): Promise<void> {
  const at = new Date(now.getTime() + overlapSeconds * 1_000).toISOString();
  const others = (await keys.list(purpose, { site })).filter(
    (each) => each.appliance === appliance && each.keyId !== keyId,
  );
  for (const other of others) {
    if (other.retiredAt !== undefined || other.revokedAt !== undefined) continue;
    const reason = `key ${keyId} took its place`;
    await keys.end({
      keyId: other.keyId,
      purpose,
      kind: 'retired',
      at,
      reason,
      recordedAt: now.toISOString(),
    });
  }
}

async function readPem(file: string): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8');
    if (pem.includes('PRIVATE KEY')) throw new Error('it is the private half');
    readPublicKey(pem);
    return pem;
  } catch (cause) {
    throw new CommandError(
      `${file} is no Ed25519 public key in PEM: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Write the public half with `openssl pkey -in KEY -pubout`.',
      exitCodes.usage,
      { cause },
    );
  }
}
