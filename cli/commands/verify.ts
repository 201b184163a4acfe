import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { blockHeaderSchema, type HeaderAtHeight } from '../../evidence/anchor/anchor.ts';
import { type ArchiveReport, describePlace } from '../../evidence/archive/report.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { createTokenVerifier } from '../../evidence/anchor/verify-token.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { describeReport } from '../../evidence/page/describe-report.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { trustedFingerprints, withArchiveFile } from '../open-archive.ts';

export interface VerifyArguments {
  archive: string;
  /** Fingerprints, or PEM files of public keys, whose signatures count. */
  keys: readonly string[];
  /** File of block headers to believe in: a height and 160 hex digits a line. */
  headers?: string | undefined;
  isJson: boolean;
  print: (text: string) => void;
}

/** `malachor verify`: whether an archive is exactly as it was made, without network, and where it is not. */
export function register(program: Command): void {
  program
    .command('verify')
    .description('verify an evidence archive, offline')
    .argument('<archive>', 'file that `malachor evidence export` wrote')
    .option(
      '--key <fingerprint|file>',
      'accept only signatures of this key: its SHA-256 (64 hex digits) or its PEM file; may be repeated',
      (key: string, keys: string[]) => [...keys, key],
      [],
    )
    .option(
      '--headers <file>',
      'believe only these Bitcoin block headers: on each line a height and the header in hex, as `bitcoin-cli getblockheader <hash> false` prints it',
    )
    .option('--json', 'print one JSON document')
    .action(async (archive: string, options: { key: string[]; headers?: string; json?: boolean }) => {
      const print = (text: string) => process.stdout.write(`${text}\n`);
      const { key: keys, headers, json: isJson = false } = options;
      process.exitCode = await runVerify({ archive, keys, headers, isJson, print });
    });
}

/** Verifies and prints. Resolves to the exit code: 0 where nothing is wrong, else 1. Throws CommandError for bad arguments. */
export async function runVerify(asked: VerifyArguments): Promise<number> {
  const { archive, keys, isJson, print } = asked;
  const trustedKeys = await trustedFingerprints(keys);
  const trustedHeaders = asked.headers === undefined ? undefined : await readHeaders(asked.headers);
  const report = await withArchiveFile(archive, async (source) =>
    verifyArchive(source, {
      cryptography: nodeCryptography,
      trustedKeys,
      trustedHeaders,
      verifyToken: createTokenVerifier(),
    }),
  );
  print(isJson ? JSON.stringify(report) : describe(archive, report));
  return report.verified ? exitCodes.success : exitCodes.negative;
}

async function readHeaders(file: string): Promise<HeaderAtHeight[]> {
  const lines = await readFile(file, 'utf8').catch((cause: unknown) => {
    const next = 'Check the path.';
    throw new CommandError(`--headers ${file} cannot be read`, next, exitCodes.usage, { cause });
  });
  return lines.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [height = '', header = '', ...rest] = line.trim().split(/\s+/);
    const parsed = blockHeaderSchema.safeParse({ height: Number(height), header: header.toLowerCase() });
    if (parsed.success && /^\d+$/.test(height) && rest.length === 0) return [parsed.data];
    throw new CommandError(
      `line ${index + 1} of ${file} is no block header`,
      'Write on each line the height and the header as 160 hex digits.',
      exitCodes.usage,
    );
  });
}

/** More problems than a person reads; --json has them all. */
const problemsShown = 20;

function describe(archive: string, report: ArchiveReport): string {
  const { verified, sites, problems, keys, problemsOmitted } = report;
  const texts = describeReport(report).sites;
  const total = problems.length + problemsOmitted;
  const shown = problems.slice(0, problemsShown);
  const lines = [
    verified ? `VERIFIED  ${archive}` : `DAMAGED  ${archive}: ${count(total, 'problem')}`,
    ...shown.map(({ code, place, message }) => `  ${describePlace(place)}\n    ${message} (${code})`),
    ...(total > shown.length
      ? [`  … and ${total - shown.length} more; --json lists ${problemsOmitted > 0 ? 'many of them' : 'all'}`]
      : []),
    ...sites.flatMap(({ site, entries, firstSeq, from, to, checkpointSize }, index) => [
      `  ${site}: ${count(entries, 'entry', 'entries')} from number ${firstSeq}` +
        (from && to ? `, ${from} to ${to}` : '') +
        (checkpointSize === undefined ? '' : `, checkpoint over ${checkpointSize}`),
      // The page's first two lines say the same as this one.
      ...[...(texts[index]?.lines.slice(2) ?? []), ...(texts[index]?.gaps ?? [])].map(
        (line) => `    ${line}`,
      ),
    ]),
    ...(report.keySource === 'pinned'
      ? ['Keys: only those given with --key were trusted.']
      : [
          'Keys: taken from the archive itself. That finds damage, not a forger who also replaced the keys:',
          'compare these fingerprints with ones you got another way, or give them with --key.',
        ]),
    ...keys.map(
      (key) =>
        `  ${key.purpose}${key.name === undefined ? '' : ` ${key.name}`}: ${key.fingerprint}${key.isPinned ? ' (given)' : ''}`,
    ),
  ];
  return lines.join('\n');
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
