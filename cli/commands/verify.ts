import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type ArchiveReport, describePlace } from '../../evidence/archive/report.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { KeyError, nodeCryptography, readPublicKey } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { fingerprintOf } from '../../evidence/signer.ts';
import { CommandError, exitCodes } from '../command-error.ts';

export interface VerifyArguments {
  archive: string;
  /** Fingerprints, or PEM files of public keys, whose signatures count. */
  keys: readonly string[];
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
    .option('--json', 'print one JSON document')
    .action(async (archive: string, options: { key: string[]; json?: boolean }) => {
      const print = (text: string) => process.stdout.write(`${text}\n`);
      const isJson = options.json ?? false;
      process.exitCode = await runVerify({ archive, keys: options.key, isJson, print });
    });
}

/** Verifies and prints. Resolves to the exit code: 0 where nothing is wrong, else 1. Throws CommandError for bad arguments. */
export async function runVerify({ archive, keys, isJson, print }: VerifyArguments): Promise<number> {
  const trustedKeys = keys.length === 0 ? undefined : await Promise.all(keys.map(fingerprint));
  const bytes = await readArchive(archive);
  const report = await verifyArchive(bytes, { cryptography: nodeCryptography, trustedKeys });
  print(isJson ? JSON.stringify(report) : describeReport(archive, report));
  return report.verified ? exitCodes.success : exitCodes.negative;
}

async function readArchive(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CommandError(`${file} cannot be read`, 'Check the path.', exitCodes.usage, { cause });
  }
}

async function fingerprint(key: string): Promise<string> {
  if (/^[0-9a-f]{64}$/i.test(key)) return key.toLowerCase();
  if (/^[0-9a-f]{16}$/i.test(key)) {
    throw new CommandError(
      `${key} is a key id, and too short to prove a key`,
      'Give the whole fingerprint of 64 hex digits, or the PEM file.',
      exitCodes.usage,
    );
  }
  try {
    return fingerprintOf(readPublicKey(await readFile(key, 'utf8')), sha256);
  } catch (cause) {
    const reason = cause instanceof KeyError ? 'holds no Ed25519 key' : 'cannot be read';
    throw new CommandError(
      `--key ${key} ${reason}`,
      'Give a fingerprint of 64 hex digits, or a PEM file with an Ed25519 public key.',
      exitCodes.usage,
      { cause },
    );
  }
}

/** More problems than a person reads; --json has them all. */
const problemsShown = 20;

function describeReport(archive: string, report: ArchiveReport): string {
  const { verified, sites, problems, keys } = report;
  const shown = problems.slice(0, problemsShown);
  const lines = [
    verified ? `VERIFIED  ${archive}` : `DAMAGED  ${archive}: ${count(problems.length, 'problem')}`,
    ...shown.map(({ code, place, message }) => `  ${describePlace(place)}\n    ${message} (${code})`),
    ...(problems.length > shown.length
      ? [`  … and ${problems.length - shown.length} more; --json lists all`]
      : []),
    ...sites.map(
      ({ site, entries, firstSeq, from, to, checkpointSize }) =>
        `  ${site}: ${count(entries, 'entry', 'entries')} from number ${firstSeq}` +
        (from && to ? `, ${from} to ${to}` : '') +
        (checkpointSize === undefined ? '' : `, checkpoint over ${checkpointSize}`),
    ),
    ...(report.keySource === 'pinned'
      ? ['Keys: only those given with --key were trusted.']
      : [
          'Keys: taken from the archive itself. That finds damage, not a forger who also replaced the keys:',
          'compare these fingerprints with ones you got another way, or give them with --key.',
        ]),
    ...keys.map((key) => `  ${key.purpose}: ${key.fingerprint}${key.isPinned ? ' (given)' : ''}`),
  ];
  return lines.join('\n');
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
