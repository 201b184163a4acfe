import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { projectDirectory } from '../cli/project.ts';
import { archiveKey, sampleRecord } from '../evidence/testing/sample-evidence.ts';
import { signBundle } from '../evidence/bundle.ts';
import { signCheckpoint } from '../evidence/checkpoint.ts';
import { appendEntry, emptyHead, ledgerRoot } from '../evidence/ledger.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { runCommand } from '../stack/run-command.ts';
import type { BenchContext } from './bench-context.ts';
import type { BenchResult } from './result.ts';

const count = 100_000;
const site = 'bench';
const limitMegabytes = 200;

const resultSchema = z.object({ tookMs: z.number(), maxRssBytes: z.number() });

/**
 * Memory for the export of a hundred thousand signed entries as an archive and for its verification, each a process of its own:
 * the larger of both peaks, in megabytes, over the two hundred that are allowed.
 */
export async function run({ say, keep }: BenchContext): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'malachor-bench-archive-'));
  keep(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const { privateKeyPem } = generateKeyPair();
  const signer = createSigner(privateKeyPem);
  const entriesFile = join(directory, 'entries.jsonl');
  let head = emptyHead(site, sha256);
  function* lines() {
    for (let number = 0; number < count; number++) {
      const record = sampleRecord(site, number);
      const envelope = signBundle(record, [signer], sha256);
      const appended = appendEntry(head, envelope, '2026-06-01T00:00:00.000Z', sha256);
      head = appended.head;
      yield `${JSON.stringify(appended.entry)}\n`;
    }
  }
  say(`signing ${count} entries`);
  await pipeline(lines, createWriteStream(entriesFile));
  const archiveFile = join(directory, 'evidence.zip');
  const input = {
    site,
    entriesFile,
    checkpoint: signCheckpoint({ site, size: head.size, root: ledgerRoot(head, sha256) }, signer, sha256),
    keys: [archiveKey(signer, 'evidence'), archiveKey(signer, 'checkpoint')],
    privateKeyPem,
    archiveFile,
  };
  const peak = async (mode: 'export' | 'verify') => {
    const { stdout } = await runCommand(
      process.execPath,
      [join(projectDirectory, 'bench/parts/archive-main.ts')],
      {
        input: JSON.stringify({ ...input, mode }),
        timeoutMs: 900_000,
      },
    );
    const { tookMs, maxRssBytes } = resultSchema.parse(JSON.parse(stdout));
    const megabytes = maxRssBytes / 1_048_576;
    say(`${mode}: ${megabytes.toFixed(0)} MB at most, ${(tookMs / 1_000).toFixed(0)} s`);
    return megabytes;
  };
  const exported = await peak('export');
  say(`the archive has ${(statSync(archiveFile).size / 1_048_576).toFixed(0)} MB`);
  const verified = await peak('verify');
  const worst = Math.max(exported, verified);
  return {
    name: 'archive',
    ratio: worst / limitMegabytes,
    floor: 1,
    higherIsBetter: false,
    ours: worst,
    reference: limitMegabytes,
    unit: 'MB of memory',
    figures: { exported, verified },
  };
}
