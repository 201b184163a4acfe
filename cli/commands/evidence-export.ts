import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { siteIdSchema } from '../../contracts/ids.ts';
import { keyFacts } from '../../evidence/archive/key-facts.ts';
import type { ArchiveKey } from '../../evidence/archive/key-history.ts';
import { writeArchive } from '../../evidence/archive/write-archive.ts';
import { encodeBase64 } from '../../evidence/bytes.ts';
import { parseCheckpoint, signCheckpoint } from '../../evidence/checkpoint.ts';
import { ledgerRoot, type LedgerHead } from '../../evidence/ledger.ts';
import { createSigner, readPublicKey } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Signer } from '../../evidence/signer.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { PersistenceError } from '../../persistence/persistence-error.ts';
import type { SigningKey } from '../../persistence/signing-keys.ts';
import { groupOf } from '../command-group.ts';
import { anchorsOfPart } from '../anchors-of-part.ts';
import { type CosignedPart, cosignedPart } from '../cosigned-checkpoints.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { readEvidenceKey, resolveDatabaseUrl } from '../evidence-source.ts';
import { ExportContents } from '../export-contents.ts';
import { type LedgerPart, parsePeriod, partInPeriod, type Period } from '../export-period.ts';
import { defaultDataDirectory } from '../project.ts';
import { parseWithholding, type Withholdable, withholdables } from '../withholding.ts';
import { writeNewFile } from '../write-new-file.ts';

interface ExportOptions {
  site: string;
  from?: string;
  to?: string;
  withhold?: string;
  out?: string;
  data: string;
  force?: boolean;
  json?: boolean;
}

/** `malachor evidence export`: a site's ledger as an archive that anyone verifies offline. */
export function register(parent: Command): void {
  groupOf(parent, 'evidence')
    .command('export')
    .description('write a site’s evidence as an archive')
    .requiredOption('--site <id>', 'the site')
    .option('--from <day>', 'first day (UTC), or moment as 2026-01-31T08:00:00Z')
    .option('--to <day>', 'last day (UTC), or moment')
    .option('--withhold <kinds>', 'keep back what names hosts, users or addresses, as hosts,users')
    .option('--out <file>', 'where to write it (default: evidence-<site>.zip here)')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--force', 'replace the file if it exists')
    .option('--json', 'print one JSON document')
    .action(exportEvidence);
}

async function exportEvidence(options: ExportOptions): Promise<void> {
  const site = checkedSite(options.site);
  const period = checkedPeriod(options);
  const withheld = checkedWithholding(options.withhold);
  const source = { dataDirectory: resolve(options.data), env: process.env };
  const signer = createSigner(await readEvidenceKey(source));
  const persistence = await createPersistence(await resolveDatabaseUrl(source), { connections: 2 });
  try {
    const { part, contents, bytes } = await buildArchive(
      persistence,
      { site, period, withheld },
      signer,
      new Date(),
    );
    const file = resolve(options.out ?? `evidence-${site}.zip`);
    const written = measured(bytes);
    if (!(await writeNewFile(file, written.bytes, { mayReplace: options.force ?? false }))) {
      throw new CommandError(
        `${file} exists and is left as it is`,
        'Choose another file with --out, or replace it with --force.',
        exitCodes.usage,
      );
    }
    const firstSeq = part.start.size;
    const entries = part.end().size - firstSeq;
    if (withheld.length > 0 && contents.inClear > 0) {
      process.stderr.write(
        `malachor: ${contents.inClear} entries were signed with all their fields in clear; nothing of them is kept back\n`,
      );
    }
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ site, file, entries, firstSeq, ...written.facts() })}\n`
        : `${entries} entries of ${site} from number ${firstSeq} are in ${file}\n` +
            `Verify it anywhere, offline: malachor verify ${file}\n`,
    );
  } catch (error) {
    throw explained(error, site);
  } finally {
    await persistence.close();
  }
}

/** The same bytes, and how many there were, with their SHA-256, when all have been taken. */
function measured(bytes: AsyncIterable<Uint8Array>): {
  bytes: AsyncIterable<Uint8Array>;
  facts: () => { bytes: number; sha256: string };
} {
  const hash = createHash('sha256');
  let length = 0;
  async function* passing() {
    for await (const part of bytes) {
      hash.update(part);
      length += part.length;
      yield part;
    }
  }
  return { bytes: passing(), facts: () => ({ bytes: length, sha256: hash.digest('hex') }) };
}

/** Entries read at a time. */
const pageSize = 500;

async function buildArchive(
  persistence: Persistence,
  { site, period, withheld }: { site: string; period: Period; withheld: readonly Withholdable[] },
  signer: Signer,
  now: Date,
): Promise<{ part: LedgerPart; contents: ExportContents; bytes: AsyncIterable<Uint8Array> }> {
  const summary = await persistence.ledger.summary(site);
  async function* pages() {
    for (let from = 0; from < summary.entries; from += pageSize) {
      yield await persistence.ledger.read(site, from, Math.min(pageSize, summary.entries - from));
    }
  }
  const part = await partInPeriod(site, pages(), period, sha256);
  const contents = new ExportContents({ entries: part.entries, withheld });
  const createdAt = now.toISOString();
  const storedKeys = await allKeys(persistence, site);
  const keys = archiveKeys(storedKeys, signer, part.firstAt ?? createdAt);
  const range = () => ({ from: Math.max(1, part.start.size), to: part.end().size });
  let cosigned: Promise<CosignedPart> | undefined;
  const cosignedOnce = () =>
    (cosigned ??= persistence.cosignatures
      .ofPart(site, range())
      .then((found) =>
        cosignedPart(checkpointAt(part.end(), summary.checkpoint, signer), found, storedKeys),
      ));
  const bytes = writeArchive(
    {
      createdAt,
      keys,
      sites: [
        {
          site,
          start: part.start,
          entries: contents.entries(),
          disclosuresOf: () => contents.disclosuresOf(),
          checkpoint: async () => (await cosignedOnce()).checkpoint,
          checkpoints: async () => (await cosignedOnce()).checkpoints,
          anchors: () => anchorsOfPart(persistence.anchors, { site, ...range() }, sha256),
        },
      ],
      documents: () =>
        contents.documents({ site, createdAt, firstSeq: part.start.size, keys: keyFacts(keys, sha256) }),
    },
    signer,
    sha256,
  );
  return { part, contents, bytes };
}

/** The checkpoint the ledger signed at that size, or, where the period ends before, one signed now. */
function checkpointAt(end: LedgerHead, stored: string | undefined, signer: Signer): string {
  if (stored !== undefined && parseCheckpoint(stored)?.checkpoint.size === end.size) return stored;
  const root = ledgerRoot(end, sha256);
  return signCheckpoint({ site: end.site, size: end.size, root }, signer, sha256);
}

/** Keys of central, and of the site's appliances and witnesses. */
async function allKeys({ signingKeys }: Persistence, site: string): Promise<SigningKey[]> {
  const central = (['evidence', 'checkpoint', 'order'] as const).map((purpose) => signingKeys.list(purpose));
  const own = (['appliance', 'witness'] as const).map((purpose) => signingKeys.list(purpose, { site }));
  return (await Promise.all([...central, ...own])).flat();
}

/** Every key as the archive lists it. The keys of evidence sign checkpoints too. */
function archiveKeys(stored: SigningKey[], signer: Signer, keysFrom: string): ArchiveKey[] {
  const own: ArchiveKey = {
    keyId: signer.keyId,
    publicKey: encodeBase64(signer.publicKey),
    purpose: 'evidence',
    notBefore: keysFrom,
  };
  const history = stored.map(({ publicKey, firstUsedAt, ...key }): ArchiveKey => ({
    ...key,
    publicKey: encodeBase64(readPublicKey(publicKey)),
    notBefore: firstUsedAt,
  }));
  const isKnown = history.some(({ keyId, purpose }) => keyId === own.keyId && purpose === 'evidence');
  const keys = isKnown ? history : [...history, own];
  const checkpointKeys = keys
    .filter(({ purpose }) => purpose === 'evidence')
    .map((key): ArchiveKey => ({ ...key, purpose: 'checkpoint' }));
  const unique = new Map([...checkpointKeys, ...keys].map((key) => [`${key.purpose} ${key.keyId}`, key]));
  return [...unique.values()];
}

function checkedSite(site: string): string {
  const parsed = siteIdSchema.safeParse(site);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `--site ${site} is no site id`,
    'Give it as `malachor up` printed it.',
    exitCodes.usage,
  );
}

function checkedWithholding(kinds: string | undefined): Withholdable[] {
  const parsed = kinds === undefined ? [] : parseWithholding(kinds);
  if (parsed) return parsed;
  throw new CommandError(
    `--withhold ${kinds ?? ''} names something that cannot be kept back`,
    `Choose from ${withholdables.join(', ')}, with commas between.`,
    exitCodes.usage,
  );
}

function checkedPeriod({ from, to }: ExportOptions): Period {
  const period = parsePeriod(from, to);
  if (period) return period;
  throw new CommandError(
    '--from and --to name no period',
    'Write days as 2026-01-31 or moments as 2026-01-31T08:00:00Z, the earlier first.',
    exitCodes.usage,
  );
}

function explained(error: unknown, site: string): unknown {
  if (!(error instanceof PersistenceError)) return error;
  const [message, nextStep] =
    error.code === 'site_unknown'
      ? [`site ${site} is not enrolled`, 'Check the id, or name other data with --data DIR.']
      : [
          'the database did not answer',
          'Check that it runs at DATABASE_URL or with `malachor up`, then try again.',
        ];
  return new CommandError(message, nextStep, exitCodes.unavailable, { cause: error });
}
