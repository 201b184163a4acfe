import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createSigner } from '../../evidence/node/ed25519.ts';
import { createPersistence } from '../../persistence/create-persistence.ts';
import { buildArchive } from '../build-archive.ts';
import { checkedSite } from '../checked-site.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { groupOf } from '../command-group.ts';
import { readEvidenceKey, resolveDatabaseUrl } from '../evidence-source.ts';
import { explained } from '../explain-database-error.ts';
import { parsePeriod, type Period } from '../export-period.ts';
import { defaultDataDirectory } from '../project.ts';
import { parseWithholding, type Withholdable, withholdables } from '../withholding.ts';
import { writeArchiveFile } from '../write-archive-file.ts';

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
    const { entries: size } = await persistence.ledger.summary(site);
    const request = { site, withheld, entries: size, part: period, now: new Date() };
    const { part, contents, bytes } = await buildArchive(persistence, request, signer);
    const file = resolve(options.out ?? `evidence-${site}.zip`);
    const written = await writeArchiveFile(file, bytes, { mayReplace: options.force ?? false });
    const firstSeq = part.start.size;
    const entries = part.end().size - firstSeq;
    if (withheld.length > 0 && contents.inClear > 0) {
      process.stderr.write(
        `malachor: ${contents.inClear} entries were signed with all their fields in clear; nothing of them is kept back\n`,
      );
    }
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ site, file, entries, firstSeq, ...written })}\n`
        : `${entries} entries of ${site} from number ${firstSeq} are in ${file}\n` +
            `Verify it anywhere, offline: malachor verify ${file}\n`,
    );
  } catch (error) {
    throw explained(error, site);
  } finally {
    await persistence.close();
  }
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
