import { z } from 'zod';
import type { WitnessRefusal } from '../../contracts/witnessing.ts';
import { checkpointOrigin, logSignature, parseCheckpoint } from '../checkpoint.ts';
import { digestSchema } from '../digest.ts';
import { verifyConsistency } from '../merkle-proof.ts';
import { emptyRange, rootOf } from '../merkle.ts';
import type { Cryptography, Signer } from '../signer.ts';
import { cosign } from './cosignature.ts';
import type { WitnessRequest } from './witness-request.ts';

/**
 * What a witness remembers of a log: the last checkpoint it cosigned. It is all that stands between the log and a second
 * history, so it must be on disk before the cosignature leaves, and must never be replaced but by a step.
 */
export const witnessStateSchema = z
  .strictObject({
    origin: z.string().max(300),
    size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    root: digestSchema,
    /** The note itself: with another of the same size it proves a fork to anybody. */
    note: z.string().max(65_536),
  })
  .refine(({ origin, size, root, note }) => {
    const checkpoint = parseCheckpoint(note)?.checkpoint;
    return (
      checkpoint !== undefined &&
      checkpointOrigin(checkpoint.site) === origin &&
      checkpoint.size === size &&
      checkpoint.root === root
    );
  }, 'the note is of another checkpoint');
export type WitnessState = z.output<typeof witnessStateSchema>;

export type WitnessAnswer =
  | {
      readonly kind: 'cosign';
      /** The signature line, with its newline. Not to be given away before `state` is stored. */
      readonly cosignature: string;
      readonly state: WitnessState;
    }
  | {
      readonly kind: 'refuse';
      readonly code: WitnessRefusal;
      /** The HTTP status that tlog-witness wants. */
      readonly status: 400 | 403 | 404 | 409 | 422;
      /** Size cosigned last, where `status` is 409. */
      readonly size?: number;
    };

/** Who the witness is, what it works for and the time. */
export interface WitnessContext {
  readonly name: string;
  readonly signer: Signer;
  /** Raw public keys by origin of the log. */
  readonly logKeys: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly nowMs: number;
  readonly cryptography: Cryptography;
}

/**
 * One step of a witness (c2sp.org/tlog-witness, `add-checkpoint`), in the order of checks given there. Refuses whatever does
 * not continue what it cosigned before. Steps of one log must not run side by side.
 *
 * @param state what was stored for the log; undefined where it never cosigned
 */
export async function witnessStep(
  state: WitnessState | undefined,
  request: WitnessRequest,
  context: WitnessContext,
): Promise<WitnessAnswer> {
  const { sha256 } = context.cryptography;
  const note = parseCheckpoint(request.note);
  if (!note) return refuse('malformed', 400);
  const { size, root, site } = note.checkpoint;
  const origin = checkpointOrigin(site);
  const keys = context.logKeys.get(origin);
  if (!keys || (state !== undefined && state.origin !== origin)) return refuse('unknown_log', 404);
  const verdicts = await Promise.all(keys.map((key) => logSignature(note, key, context.cryptography)));
  if (!verdicts.includes('valid') || verdicts.includes('invalid')) return refuse('not_signed', 403);

  const lastSize = state?.size ?? 0;
  const serious = seriousRefusal(state, size, root);
  if (request.oldSize > size) return refuse(serious ?? 'malformed', 400);
  if (request.oldSize !== lastSize) return { ...refuse(serious ?? 'conflict', 409), size: lastSize };
  if (serious) return refuse(serious, 422);
  const isConsistent =
    lastSize === 0 || state === undefined
      ? request.proof.length === 0 && (size > 0 || root === rootOf(emptyRange, sha256))
      : verifyConsistency(
          { oldSize: lastSize, oldRoot: state.root, newSize: size, newRoot: root, proof: request.proof },
          sha256,
        );
  if (!isConsistent) return refuse('inconsistent', 422);

  const timestamp = Math.floor(context.nowMs / 1_000);
  return {
    kind: 'cosign',
    cosignature: cosign(note.body, timestamp, context, sha256),
    state: { origin, size, root, note: request.note },
  };
}

/** What is wrong with the log itself, whatever size the request names: a log that does this has two histories. */
function seriousRefusal(
  state: WitnessState | undefined,
  size: number,
  root: string,
): 'rollback' | 'fork' | undefined {
  if (!state || size > state.size) return undefined;
  if (size < state.size) return 'rollback';
  return root === state.root ? undefined : 'fork';
}

function refuse(code: WitnessRefusal, status: 400 | 403 | 404 | 409 | 422) {
  return { kind: 'refuse', code, status } as const;
}
