import type { SizedCheckpoint } from '../evidence/archive/write-archive.ts';
import { isValidAt } from '../evidence/archive/key-history.ts';
import { parseCheckpoint } from '../evidence/checkpoint.ts';
import { nodeCryptography, readPublicKey } from '../evidence/node/ed25519.ts';
import { verifyCosignature } from '../evidence/witness/cosignature.ts';
import type { Cosignature } from '../persistence/cosignatures.ts';
import type { SigningKey } from '../persistence/signing-keys.ts';

/** What an archive shows of one part of a ledger. */
export interface CosignedPart {
  /** Note of the part's end, with the lines of those who cosigned it. */
  checkpoint: string;
  /** Other checkpoints that were cosigned, by size. */
  checkpoints: SizedCheckpoint[];
}

/**
 * Puts the lines of witnesses under the checkpoints they cosigned. Lines whose key does not count, as one revoked since, are
 * left out. What was cosigned is not compared with the ledger: a checkpoint of another history stays in, for the verifier to
 * find.
 */
export async function cosignedPart(
  end: string,
  cosignatures: readonly Cosignature[],
  keys: readonly SigningKey[],
): Promise<CosignedPart> {
  let checkpoint = end;
  const sized = new Map<number, SizedCheckpoint>();
  for (const { size, checkpoint: note, line, witness } of cosignatures) {
    if (!(await counts(note + line, witness, keys))) continue;
    if (bodyOf(note) === bodyOf(end)) checkpoint += line;
    else sized.set(size, { size, note: (sized.get(size)?.note ?? note) + line });
  }
  return { checkpoint, checkpoints: [...sized.values()] };
}

/** Origin, size and root. */
function bodyOf(note: string): string | undefined {
  return note.split('\n\n', 1)[0];
}

async function counts(note: string, witness: string, keys: readonly SigningKey[]): Promise<boolean> {
  const parsed = parseCheckpoint(note);
  if (!parsed) return false;
  for (const { name, publicKey, firstUsedAt: notBefore, retiredAt, revokedAt } of keys) {
    if (name !== witness) continue;
    const key = { name, publicKey: readPublicKey(publicKey) };
    const verdict = await verifyCosignature(parsed, key, nodeCryptography);
    if (verdict.kind !== 'valid') continue;
    const at = new Date(verdict.timestamp * 1_000).toISOString();
    if (isValidAt({ notBefore, retiredAt, revokedAt }, at)) return true;
  }
  return false;
}
