import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.ts';
import { digestSchema } from '../digest.ts';
import { verifyConsistency } from '../merkle-proof.ts';
import { parseJsonFile } from './json-file.ts';
import type { LedgerContext } from './ledger-context.ts';
import type { LedgerPoint } from './ledger-points.ts';
import { consistencyPath } from './paths.ts';

/** `<size>.consistency.json`: RFC 9162 section 2.1.4, from the ledger's end in the archive to the checkpoint of that size. */
export const consistencySchema = z.strictObject({
  from: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  proof: z.array(digestSchema).max(128),
});
export type ConsistencyFile = z.output<typeof consistencySchema>;

/** Verifies that the ledger's end in the archive is part of the larger ledger that a checkpoint is of. */
export async function verifyConsistencyFile(
  site: string,
  end: LedgerPoint,
  { size, root }: Checkpoint,
  { files, cryptography, report }: LedgerContext,
): Promise<void> {
  const file = consistencyPath(site, size);
  const bytes = await files.read(file);
  if (!bytes) {
    const message = `Nothing shows that the checkpoint over ${size} entries continues these ${end.size}.`;
    report('file_missing', { file }, message);
    return;
  }
  const reading = parseJsonFile(bytes, consistencySchema);
  if (!reading.ok) {
    report('consistency_invalid', { file }, `The consistency proof cannot be read: ${reading.reason}.`);
    return;
  }
  const { from, proof } = reading.value;
  if (from !== end.size) {
    report(
      'consistency_invalid',
      { file },
      `The proof begins at ${from} entries, the archive ends at ${end.size}.`,
    );
    return;
  }
  if (end.root === undefined) return;
  const claim = { oldSize: end.size, oldRoot: end.root, newSize: size, newRoot: root, proof };
  if (verifyConsistency(claim, cryptography.sha256)) return;
  const message = `The ledger of ${size} entries that was signed does not begin with these ${end.size}.`;
  report('consistency_invalid', { file }, message);
}
