import type { CheckpointNote } from '../checkpoint.ts';
import { verifyCosignature } from '../witness/cosignature.ts';
import { isValidAt } from './key-history.ts';
import type { LedgerContext } from './ledger-context.ts';
import type { Place, WitnessReport } from './report.ts';

/**
 * Verifies the cosignatures of all witnesses that the key history lists; resolves to those that hold. Lines of others are skipped,
 * as signed notes want it.
 */
export async function verifyCosignatures(
  note: CheckpointNote,
  place: Place,
  { keys, cryptography, report }: LedgerContext,
): Promise<WitnessReport[]> {
  const witnesses: WitnessReport[] = [];
  for (const key of keys) {
    const { name } = key;
    if (key.purpose !== 'witness' || name === undefined) continue;
    const verdict = await verifyCosignature(note, { name, publicKey: key.publicKey }, cryptography);
    if (verdict.kind === 'absent') continue;
    if (verdict.kind === 'invalid') {
      report('cosignature_invalid', place, `The cosignature of ${name} does not fit this checkpoint.`);
      continue;
    }
    const at = new Date(Math.min(verdict.timestamp * 1_000, latestTime)).toISOString();
    if (isValidAt(key, at)) {
      witnesses.push({ name, size: note.checkpoint.size, at, isPinned: key.isPinned });
    } else {
      report('key_not_valid_then', place, `The key of witness ${name} was not valid at ${at}.`);
    }
  }
  return witnesses;
}

/** The last time that a date can be of. */
const latestTime = 8.64e15;
