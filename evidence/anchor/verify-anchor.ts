import { decodeBase64, decodeHex, encodeHex, equalBytes } from '../bytes.ts';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts';
import type { Sha256 } from '../digest.ts';
import { verifyInclusion } from '../merkle-proof.ts';
import { parseDetachedFile } from '../ots/detached-file.ts';
import { OtsError } from '../ots/ots-error.ts';
import { type Attested, attestationsOf } from '../ots/walk.ts';
import type { Cryptography } from '../signer.ts';
import type { Anchor, HeaderAtHeight } from './anchor.ts';
import { batchDigest, checkpointLeaf } from './batch.ts';
import { type BlockHeader, parseBlockHeader } from './block-header.ts';

export type AnchorProblemCode =
  | 'checkpoint_malformed'
  | 'not_in_batch'
  | 'ots_malformed'
  | 'ots_digest_mismatch'
  | 'header_malformed'
  | 'header_out_of_order'
  | 'header_without_work'
  | 'header_not_trusted'
  | 'header_missing'
  | 'header_unused'
  | 'header_root_mismatch'
  | 'token_malformed'
  | 'token_invalid';

/** Who says that the checkpoint existed by when. */
export type AnchorAttestation =
  | {
      readonly kind: 'bitcoin';
      readonly height: number;
      /** The block's time, ISO 8601; see `BlockHeader`. */
      readonly time: string;
      readonly blockHash: string;
      /** Whether the caller named this header. Where not, somebody may have made it; how dearly, `workBits` says. */
      readonly isTrusted: boolean;
      readonly workBits: number;
    }
  /** Nobody yet; the calendar has the batch and should know more later. */
  | { readonly kind: 'pending'; readonly calendar: string }
  | {
      readonly kind: 'rfc3161';
      readonly time: string;
      /** Subject of the certificate that signed. */
      readonly authority: string;
      /** Whether the signature leads to a certificate the caller named. */
      readonly isTrusted: boolean;
    }
  /** Not verified and so without meaning: another chain's, a kind of another version, or a token without a verifier for it. */
  | { readonly kind: 'unchecked'; readonly what: string };

export type AnchorVerification =
  | {
      readonly ok: true;
      /** What was anchored. Whether it is the ledger's own, and signed, is for the caller to check. */
      readonly checkpoint: Checkpoint;
      readonly attestations: readonly AnchorAttestation[];
    }
  | {
      readonly ok: false;
      readonly code: AnchorProblemCode;
      /** Member of the anchor, as `headers[0]`. */
      readonly place: string;
      /** One sentence for people. */
      readonly reason: string;
    };

/** What a token says, once verified. `verify-token.ts` has a verifier. */
export type VerifyToken = (
  token: Uint8Array,
  digest: Uint8Array,
) => Promise<
  | { readonly ok: true; readonly time: string; readonly authority: string; readonly isTrusted: boolean }
  | { readonly ok: false; readonly code: 'token_malformed' | 'token_invalid'; readonly reason: string }
>;

export interface AnchorVerificationOptions {
  readonly cryptography: Pick<Cryptography, 'sha256'>;
  /** Headers of the chain the caller believes in. With them, each header of the anchor must be one of them. */
  readonly trustedHeaders?: readonly HeaderAtHeight[];
  /** Without it tokens are `unchecked`. */
  readonly verifyToken?: VerifyToken;
}

class AnchorProblem extends Error {
  readonly code: AnchorProblemCode;
  readonly place: string;
  constructor(code: AnchorProblemCode, place: string, reason: string) {
    super(reason);
    this.code = code;
    this.place = place;
  }
}

/**
 * Verifies that the anchor leads from its checkpoint to everything it names: the checkpoint is in the batch, the proof is about
 * the batch, each Bitcoin attestation ends at the root of its block's header, each header has the work it states and each token
 * is a valid one about the batch. Never rejects, whatever the anchor says. A merely pending anchor is ok and attests nothing.
 */
export async function verifyAnchor(
  anchor: Anchor,
  options: AnchorVerificationOptions,
): Promise<AnchorVerification> {
  const { sha256 } = options.cryptography;
  try {
    const checkpoint = verifyInBatch(anchor, sha256);
    const digest = batchDigest(anchor.batch, sha256);
    const attested = readProof(anchor.ots, digest, sha256);
    const headers = verifyHeaders(anchor.headers, options);
    return {
      ok: true,
      checkpoint,
      attestations: [
        ...verifyAttestations(attested, headers),
        ...(await verifyTokens(anchor.tokens, digest, options.verifyToken)),
      ],
    };
  } catch (error) {
    if (!(error instanceof AnchorProblem)) throw error;
    return { ok: false, code: error.code, place: error.place, reason: error.message };
  }
}

function verifyInBatch({ checkpoint, batch }: Anchor, sha256: Sha256): Checkpoint {
  const note = parseCheckpoint(checkpoint);
  if (!note) {
    throw new AnchorProblem(
      'checkpoint_malformed',
      'checkpoint',
      'The anchored checkpoint is no signed note.',
    );
  }
  const leafHash = checkpointLeaf(note.body, sha256);
  if (verifyInclusion({ leafHash, ...batch }, sha256)) return note.checkpoint;
  throw new AnchorProblem(
    'not_in_batch',
    'batch',
    'The proof does not lead from the checkpoint to the batch root.',
  );
}

function readProof(ots: string, digest: string, sha256: Sha256): readonly Attested[] {
  const bytes = decodeBase64(ots);
  if (!bytes) throw new AnchorProblem('ots_malformed', 'ots', 'The timestamp is not base64.');
  try {
    const { fileHash, timestamp } = parseDetachedFile(bytes, sha256);
    if (fileHash === 'sha256' && encodeHex(timestamp.message) === digest)
      return [...attestationsOf(timestamp)];
  } catch (error) {
    if (!(error instanceof OtsError)) throw error;
    throw new AnchorProblem('ots_malformed', 'ots', `The timestamp cannot be read: ${error.message}`);
  }
  throw new AnchorProblem('ots_digest_mismatch', 'ots', 'The timestamp is not of this batch.');
}

interface KnownHeader {
  readonly place: string;
  readonly header: BlockHeader;
  readonly isTrusted: boolean;
}

function verifyHeaders(
  headers: readonly HeaderAtHeight[],
  { cryptography, trustedHeaders }: AnchorVerificationOptions,
): ReadonlyMap<number, KnownHeader> {
  const known = new Map<number, KnownHeader>();
  let highest = -1;
  for (const [index, { height, header: hex }] of headers.entries()) {
    const place = `headers[${index}]`;
    const fail = (code: AnchorProblemCode, reason: string) => new AnchorProblem(code, place, reason);
    if (height <= highest) throw fail('header_out_of_order', 'Headers are not in ascending order of height.');
    highest = height;
    const header = parseBlockHeader(hex, cryptography.sha256);
    if (!header) throw fail('header_malformed', 'This is no Bitcoin block header.');
    if (!header.hasWork) throw fail('header_without_work', 'The header has not the work that it states.');
    const isTrusted =
      trustedHeaders?.some((trusted) => trusted.height === height && trusted.header === hex) ?? false;
    if (trustedHeaders && !isTrusted) {
      throw fail('header_not_trusted', `Block ${height} is not the one of the trusted chain.`);
    }
    known.set(height, { place, header, isTrusted });
  }
  return known;
}

function verifyAttestations(
  attested: readonly Attested[],
  headers: ReadonlyMap<number, KnownHeader>,
): AnchorAttestation[] {
  const unused = new Set(headers.keys());
  const attestations = attested.map(({ attestation, message }): AnchorAttestation => {
    if (attestation.kind === 'pending') return { kind: 'pending', calendar: attestation.uri };
    if (attestation.kind === 'unknown') return { kind: 'unchecked', what: `ots:${attestation.tag}` };
    if (attestation.kind !== 'bitcoin') return { kind: 'unchecked', what: `ots:${attestation.kind}` };
    const { height } = attestation;
    const known = headers.get(height);
    if (!known)
      throw new AnchorProblem('header_missing', 'headers', `The header of block ${height} is missing.`);
    const { header, place, isTrusted } = known;
    if (!equalBytes(message, header.merkleRoot)) {
      throw new AnchorProblem(
        'header_root_mismatch',
        place,
        `Block ${height} does not hold what the timestamp says.`,
      );
    }
    unused.delete(height);
    const { time, hash: blockHash, workBits } = header;
    return { kind: 'bitcoin', height, time, blockHash, isTrusted, workBits };
  });
  for (const height of unused) {
    const place = headers.get(height)?.place ?? 'headers';
    throw new AnchorProblem('header_unused', place, `Nothing in the timestamp is about block ${height}.`);
  }
  return attestations;
}

async function verifyTokens(
  tokens: readonly string[],
  digest: string,
  verifyToken: VerifyToken | undefined,
): Promise<AnchorAttestation[]> {
  const attestations: AnchorAttestation[] = [];
  for (const [index, token] of tokens.entries()) {
    const place = `tokens[${index}]`;
    const bytes = decodeBase64(token);
    if (!bytes) throw new AnchorProblem('token_malformed', place, 'The token is not base64.');
    const verified = await verifyToken?.(bytes, decodeHex(digest) ?? new Uint8Array());
    if (!verified) {
      attestations.push({ kind: 'unchecked', what: 'rfc3161' });
    } else if (!verified.ok) {
      throw new AnchorProblem(verified.code, place, verified.reason);
    } else {
      const { time, authority, isTrusted } = verified;
      attestations.push({ kind: 'rfc3161', time, authority, isTrusted });
    }
  }
  return attestations;
}
