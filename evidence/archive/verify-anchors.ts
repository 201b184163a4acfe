import { anchorSchema } from '../anchor/anchor.ts';
import { verifyAnchor } from '../anchor/verify-anchor.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import { parseJsonFile } from './json-file.ts';
import type { LedgerContext } from './ledger-context.ts';
import { readLedgerPath } from './paths.ts';
import type { AnchorReport } from './report.ts';
import { type ReadLedger, verifyNoteOf } from './verify-checkpoint.ts';

/**
 * Verifies the anchors of a ledger: that each one's checkpoint is the ledger's own and signed by its key, and that what binds it
 * to a time holds. Resolves to what they say, by size.
 */
export async function verifyAnchors(ledger: ReadLedger, context: LedgerContext): Promise<AnchorReport[]> {
  const anchors: AnchorReport[] = [];
  for (const file of context.files.paths) {
    const path = readLedgerPath(file);
    if (path?.site !== ledger.site || path.file?.kind !== 'anchor') continue;
    const anchor = await verifyOne(ledger, file, path.file.size, context);
    if (anchor) anchors.push(anchor);
  }
  return anchors.sort((left, right) => left.size - right.size);
}

async function verifyOne(
  ledger: ReadLedger,
  file: string,
  size: number,
  context: LedgerContext,
): Promise<AnchorReport | undefined> {
  const { files, cryptography, trustedHeaders, verifyToken, report } = context;
  const reading = parseJsonFile((await files.read(file)) ?? new Uint8Array(), anchorSchema);
  if (!reading.ok) {
    report('anchor_malformed', { file }, `The anchor cannot be read: ${reading.reason}.`);
    return undefined;
  }
  const verified = await verifyAnchor(reading.value, {
    cryptography,
    ...(trustedHeaders === undefined ? {} : { trustedHeaders }),
    ...(verifyToken === undefined ? {} : { verifyToken }),
  });
  if (!verified.ok) {
    const message = `The anchor does not hold at ${verified.place}: ${verified.reason} [${verified.code}]`;
    report('anchor_invalid', { file }, message);
    return undefined;
  }
  const note = parseCheckpoint(reading.value.checkpoint);
  if (note?.checkpoint.size !== size) {
    const message = `The anchor is of ${verified.checkpoint.size} entries; its name says ${size}.`;
    report('checkpoint_size_mismatch', { file }, message);
    return undefined;
  }
  await verifyNoteOf(ledger, note, { file }, context);
  return { size, attestations: verified.attestations };
}
