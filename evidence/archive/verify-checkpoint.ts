import { decodeUtf8 } from '../bytes.ts';
import { isSignedBy, parseCheckpoint } from '../checkpoint.ts';
import type { LedgerEntry } from '../ledger.ts';
import { isValidAt, type KnownKey } from './key-history.ts';
import type { LedgerContext } from './ledger-context.ts';
import { checkpointPath } from './paths.ts';

/** Where the entries end. Without `root` something was wrong before: another root would only be its consequence. */
export interface LedgerEnd {
  readonly size: number;
  readonly root?: string;
  readonly last: LedgerEntry | undefined;
}

/**
 * Verifies that the site's signed checkpoint covers exactly the entries up to `end`. Resolves to the checkpoint's size, or
 * undefined where it cannot be read.
 */
export async function verifyCheckpoint(
  site: string,
  end: LedgerEnd,
  { files, keys, cryptography, report }: LedgerContext,
): Promise<number | undefined> {
  const file = checkpointPath(site);
  const bytes = files.get(file);
  if (!bytes) {
    report('file_missing', { file }, 'The signed checkpoint is not in the archive.');
    return undefined;
  }
  const note = parseCheckpoint(decodeUtf8(bytes) ?? '');
  if (!note) {
    report('checkpoint_malformed', { file }, 'The checkpoint is not a signed note of this ledger.');
    return undefined;
  }
  const { size, root } = note.checkpoint;
  if (note.checkpoint.site !== site) {
    report('foreign_site', { file, line: 1 }, `The checkpoint is of site ${note.checkpoint.site}.`);
  }
  if (size !== end.size) {
    const message = `The checkpoint covers ${size} entries, and the ledger has ${end.size}: entries were cut off or added.`;
    report('checkpoint_size_mismatch', { file, line: 2, seq: Math.min(size, end.size) }, message);
  } else if (end.root !== undefined && root !== end.root) {
    report(
      'checkpoint_root_mismatch',
      { file, line: 3 },
      'The entries are not those the checkpoint was signed over.',
    );
  }

  const signedAt = end.last?.recordedAt;
  const signers: KnownKey[] = [];
  for (const key of keys.filter(({ purpose }) => purpose === 'checkpoint')) {
    if (await isSignedBy(note, key.publicKey, cryptography)) signers.push(key);
  }
  const place = { file, line: 5 };
  if (signers.length === 0) {
    report('signature_invalid', place, 'No checkpoint key of keys.json signed this checkpoint.');
  } else if (!signers.some(({ isTrusted }) => isTrusted)) {
    report('key_not_trusted', place, 'No trusted key signed this checkpoint.');
  } else if (signedAt !== undefined && !signers.some((key) => key.isTrusted && isValidAt(key, signedAt))) {
    report('key_not_valid_then', place, `The checkpoint's key was not valid at ${signedAt}.`);
  }
  return size;
}
