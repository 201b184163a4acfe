import { decodeUtf8 } from '../bytes.ts';
import { type CheckpointNote, isSignedBy, parseCheckpoint } from '../checkpoint.ts';
import { isValidAt, type KnownKey } from './key-history.ts';
import type { LedgerContext } from './ledger-context.ts';
import type { LedgerPoint, LedgerPoints } from './ledger-points.ts';
import { checkpointPath, readLedgerPath } from './paths.ts';
import type { Place, WitnessReport } from './report.ts';
import { verifyConsistencyFile } from './verify-consistency.ts';
import { verifyCosignatures } from './verify-cosignatures.ts';

/** A ledger of the archive whose entries have been read. */
export interface ReadLedger {
  readonly site: string;
  /** Number of the first entry in the archive. */
  readonly start: number;
  readonly end: LedgerPoint;
  readonly points: LedgerPoints;
}

/**
 * Verifies that the site's signed checkpoint covers exactly the entries up to `end`. Resolves to the checkpoint's size and who
 * witnessed it, or undefined where it cannot be read.
 */
export async function verifyCheckpoint(
  site: string,
  end: LedgerPoint,
  context: LedgerContext,
): Promise<{ size: number; witnesses: WitnessReport[] } | undefined> {
  const file = checkpointPath(site);
  const note = await readNote(file, context);
  if (!note) return undefined;
  const { size } = note.checkpoint;
  if (size !== end.size) {
    const message = `The checkpoint covers ${size} entries, and the ledger has ${end.size}: entries were cut off or added.`;
    const place = { file, line: 2, seq: Math.min(size, end.size) };
    context.report('checkpoint_size_mismatch', place, message);
  }
  const expected = size === end.size ? end : { ...end, root: undefined };
  return { size, witnesses: await verifyNote(note, site, expected, { file }, context) };
}

/** Verifies the checkpoints of other sizes; resolves to who witnessed them. */
export async function verifySizedCheckpoints(
  ledger: ReadLedger,
  context: LedgerContext,
): Promise<WitnessReport[]> {
  const witnesses: WitnessReport[] = [];
  for (const file of context.files.paths) {
    const path = readLedgerPath(file);
    if (path?.site !== ledger.site || path.file?.kind !== 'sized_checkpoint') continue;
    const note = await readNote(file, context);
    if (!note) continue;
    if (note.checkpoint.size !== path.file.size) {
      const message = `The checkpoint covers ${note.checkpoint.size} entries; its name says ${path.file.size}.`;
      context.report('checkpoint_size_mismatch', { file, line: 2 }, message);
      continue;
    }
    witnesses.push(...(await verifyNoteOf(ledger, note, { file }, context)));
  }
  return witnesses;
}

/**
 * Verifies a checkpoint of any size against the ledger: one of its points, or one that its end is proved to be part of. Resolves
 * to its witnesses.
 */
export async function verifyNoteOf(
  ledger: ReadLedger,
  note: CheckpointNote,
  place: Place,
  context: LedgerContext,
): Promise<WitnessReport[]> {
  const { site, end, points } = ledger;
  const { size } = note.checkpoint;
  let point = points.at(size);
  if (!point && size > end.size) {
    await verifyConsistencyFile(site, end, note.checkpoint, context);
    point = { size, root: undefined, recordedAt: end.recordedAt };
  }
  if (!point) {
    const message = `The checkpoint is of ${size} entries, and the archive begins at ${ledger.start}: nothing in it can be compared.`;
    context.report('checkpoint_size_mismatch', place, message);
    point = { size, root: undefined, recordedAt: undefined };
  }
  return verifyNote(note, site, point, place, context);
}

async function readNote(file: string, { files, report }: LedgerContext): Promise<CheckpointNote | undefined> {
  const bytes = await files.read(file);
  if (!bytes) {
    report('file_missing', { file }, 'The signed checkpoint is not in the archive.');
    return undefined;
  }
  const note = parseCheckpoint(decodeUtf8(bytes) ?? '');
  if (!note) report('checkpoint_malformed', { file }, 'The checkpoint is not a signed note of this ledger.');
  return note;
}

/** Site, root and signatures. Lines are named where the note is a file of its own. */
async function verifyNote(
  note: CheckpointNote,
  site: string,
  expected: LedgerPoint,
  place: Place,
  context: LedgerContext,
): Promise<WitnessReport[]> {
  const { report } = context;
  const isFile = place.file?.endsWith('.txt') ?? false;
  const line = (number: number) => (isFile ? { ...place, line: number } : place);
  if (note.checkpoint.site !== site) {
    report('foreign_site', line(1), `The checkpoint is of site ${note.checkpoint.site}.`);
  }
  if (expected.root !== undefined && note.checkpoint.root !== expected.root) {
    const message = 'The entries are not those the checkpoint was signed over.';
    report('checkpoint_root_mismatch', line(3), message);
  }
  await verifyLogSignature(note, expected.recordedAt, line(5), context);
  return verifyCosignatures(note, line(5), context);
}

async function verifyLogSignature(
  note: CheckpointNote,
  signedAt: string | undefined,
  place: Place,
  { keys, cryptography, report }: LedgerContext,
): Promise<void> {
  const signers: KnownKey[] = [];
  for (const key of keys.filter(({ purpose }) => purpose === 'checkpoint')) {
    if (await isSignedBy(note, key.publicKey, cryptography)) signers.push(key);
  }
  if (signers.length === 0) {
    report('signature_invalid', place, 'No checkpoint key of keys.json signed this checkpoint.');
  } else if (!signers.some(({ isTrusted }) => isTrusted)) {
    report('key_not_trusted', place, 'No trusted key signed this checkpoint.');
  } else if (signedAt !== undefined && !signers.some((key) => key.isTrusted && isValidAt(key, signedAt))) {
    report('key_not_valid_then', place, `The checkpoint's key was not valid at ${signedAt}.`);
  }
}
