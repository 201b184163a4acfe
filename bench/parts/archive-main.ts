import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { archiveKeySchema } from '../../evidence/archive/key-history.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { writeArchive } from '../../evidence/archive/write-archive.ts';
import { type LedgerEntry } from '../../evidence/ledger.ts';
import { createSigner, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { fileSource } from '../../evidence/node/file-source.ts';
import { sha256 } from '../../evidence/node/hasher.ts';

/**
 * A process that exports a ledger as an archive or verifies one, and nothing else, so that its memory can be told. Reads what to do
 * from standard input and prints what it took.
 */
const inputSchema = z.object({
  mode: z.enum(['export', 'verify']),
  site: z.string(),
  /** Entries, one a line. */
  entriesFile: z.string(),
  checkpoint: z.string(),
  keys: z.array(archiveKeySchema),
  privateKeyPem: z.string(),
  archiveFile: z.string(),
});
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const input = inputSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));

async function* entries(): AsyncGenerator<LedgerEntry> {
  for await (const line of createInterface({ input: createReadStream(input.entriesFile) }))
    yield JSON.parse(line) as LedgerEntry;
}

const startedAt = performance.now();
if (input.mode === 'export') {
  const { site, keys, checkpoint } = input;
  const sites = [{ site, entries: entries(), checkpoint: () => checkpoint }];
  const bytes = writeArchive(
    { createdAt: '2026-12-31T00:00:00.000Z', keys, sites },
    createSigner(input.privateKeyPem),
    sha256,
  );
  await pipeline(bytes, createWriteStream(input.archiveFile));
} else {
  const file = await open(input.archiveFile);
  const report = await verifyArchive(await fileSource(file), { cryptography: nodeCryptography });
  await file.close();
  if (!report.verified)
    throw new Error(`a sound archive was not verified: ${report.problems[0]?.message ?? ''}`);
}
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ tookMs: performance.now() - startedAt, maxRssBytes: maxRSS * 1024 }));
