import { resolve } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '../../evidence/canonical-json.ts';
import type { AsOfQuestion } from '../../evidence/completeness/as-of.ts';
import { createSigner } from '../../evidence/node/ed25519.ts';
import { createPersistence } from '../../persistence/create-persistence.ts';
import type { SourcedAnswer } from '../as-of/answer.ts';
import { answerFromArchive } from '../as-of/answer-from-archive.ts';
import { answerFromLedger } from '../as-of/answer-from-ledger.ts';
import { describeAnswer } from '../as-of/describe-answer.ts';
import { parseQuestion, type QuestionOptions } from '../as-of/parse-question.ts';
import { buildArchive } from '../build-archive.ts';
import { checkedSite } from '../checked-site.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { groupOf } from '../command-group.ts';
import { readEvidenceKey, resolveDatabaseUrl } from '../evidence-source.ts';
import { explained } from '../explain-database-error.ts';
import { defaultDataDirectory } from '../project.ts';
import { writeArchiveFile } from '../write-archive-file.ts';

interface AsOfOptions extends QuestionOptions {
  site?: string;
  archive?: string;
  key: string[];
  out?: string;
  data: string;
  force?: boolean;
  json?: boolean;
}

/** `malachor evidence as-of`: whether a host met a control at a time, and the entries that say so (H5). */
export function register(parent: Command): void {
  groupOf(parent, 'evidence')
    .command('as-of')
    .description('whether a host met a control on a day, with proof')
    .requiredOption('--host <id>', 'the host')
    .requiredOption('--control <id>', "the control, as '164.312(a)(2)(iv)'; stands for those under it, too")
    .requiredOption(
      '--date <day>',
      'the end of a day in UTC (of today: now), or moment as 2026-01-31T08:00:00Z',
    )
    .option('--framework <name>', 'whose control it is', 'hipaa')
    .option('--known-by <day>', 'from what had been received by then alone')
    .option('--stale-after <time>', 'for how long a finding counts, as 90m, 24h or 7d', '24h')
    .option('--site <id>', 'the site, from the running database; of an archive of several sites, which')
    .option('--archive <file>', 'answer from an archive, offline')
    .option(
      '--key <fingerprint|file>',
      'accept of the archive only signatures of this key, as `malachor verify` does; may be repeated',
      (key: string, keys: string[]) => [...keys, key],
      [],
    )
    .option('--out <file>', 'write an archive that proves the answer, from the entries it rests on')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--force', 'replace the file if it exists')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExit status: 0 for pass, 1 for fail, unknown and accepted risk.')
    .action(async (options: AsOfOptions) => {
      process.exitCode = await answerAsOf(options);
    });
}

interface Proven extends SourcedAnswer {
  readonly out?: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

async function answerAsOf(options: AsOfOptions): Promise<number> {
  const question = parseQuestion(options, new Date());
  const found: Proven =
    options.archive === undefined
      ? await fromDatabase(question, options)
      : await fromArchive(question, options.archive, options);
  const { answer, source, out } = found;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ question, ...answer, source, ...(out && { out }) })}\n`
      : `${describeAnswer(question, found)}\n` +
          (out ? `The proof is in ${out.file}; it gives the same answer with --archive.\n` : ''),
  );
  return answer.status === 'pass' ? exitCodes.success : exitCodes.negative;
}

async function fromArchive(
  question: AsOfQuestion,
  file: string,
  { site, key: keys, out }: AsOfOptions,
): Promise<Proven> {
  if (out !== undefined)
    throw new CommandError('--out is of no use with --archive', 'The archive is the proof.', exitCodes.usage);
  return answerFromArchive(question, { file, site: site === undefined ? site : checkedSite(site), keys });
}

async function fromDatabase(question: AsOfQuestion, options: AsOfOptions): Promise<Proven> {
  if (options.site === undefined)
    throw new CommandError(
      'neither --site nor --archive is given',
      'Name the site, or an archive to answer from.',
      exitCodes.usage,
    );
  const site = checkedSite(options.site);
  const source = { dataDirectory: resolve(options.data), env: process.env };
  const signer = createSigner(await readEvidenceKey(source));
  const persistence = await createPersistence(await resolveDatabaseUrl(source), { connections: 2 });
  try {
    const found = await answerFromLedger(question, { site, persistence, signer });
    if (options.out === undefined) return found;
    const file = resolve(options.out);
    const { fromSeq, source: from } = found;
    const request = { site, withheld: [], entries: from.entries, part: { fromSeq }, now: new Date() };
    const { bytes } = await buildArchive(persistence, request, signer);
    const written = await writeArchiveFile(file, bytes, { mayReplace: options.force ?? false });
    await refuseOtherAnswer(question, found, file);
    return { ...found, out: { file, ...written } };
  } catch (error) {
    throw explained(error, site);
  } finally {
    await persistence.close();
  }
}

/** What is given as proof was read like anybody reads it, and says the same. */
async function refuseOtherAnswer(question: AsOfQuestion, found: SourcedAnswer, file: string): Promise<void> {
  const proven = await answerFromArchive(question, { file, keys: [] });
  if (canonicalJson(proven.answer) === canonicalJson(found.answer)) return;
  throw new CommandError(
    `${file} does not give the answer that the ledger gives`,
    'Export the whole ledger with `malachor evidence export`, and report this.',
    exitCodes.internal,
  );
}
