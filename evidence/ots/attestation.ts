import { concatBytes, decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from '../bytes.ts';
import { ByteReader, writeNumber } from './byte-reader.ts';
import { compareBytes } from './compare-bytes.ts';
import { OtsError } from './ots-error.ts';

/** Blockchains whose headers attest: the message is what the header of the block commits to. */
export type Chain = 'bitcoin' | 'litecoin' | 'ethereum';

/** Who says that a message existed by some time (python-opentimestamps, core/notary.py and core/dubious/notary.py). */
export type Attestation =
  /** Nobody yet: the calendar at `uri` knows the message and will know more. */
  | { readonly kind: 'pending'; readonly uri: string }
  /** The block at `height`. */
  | { readonly kind: Chain; readonly height: number }
  /** Of a kind this version does not know; kept as it is. `tag` is 16 hex digits. */
  | { readonly kind: 'unknown'; readonly tag: string; readonly payload: Uint8Array };

const tags = {
  pending: '83dfe30d2ef90c8e',
  bitcoin: '0588960d73d71901',
  litecoin: '06869a0d73d71b45',
  ethereum: '30fe8087b5c7ead7',
} as const;
const chains = (['bitcoin', 'litecoin', 'ethereum'] as const).map((kind) => [tags[kind], kind] as const);
const chainsByTag: ReadonlyMap<string, Chain> = new Map<string, Chain>(chains);

const tagBytes = 8;
export const maxPayloadBytes = 8_192;
export const maxUriBytes = 1_000;
/** No query, no login, no fragment: what is read from a proof cannot make a client say more than a path. */
const uriPattern = /^[A-Za-z0-9\-._/:]*$/;

/** Whether a pending attestation may name this calendar. */
export function isCalendarUri(uri: string): boolean {
  return uri.length <= maxUriBytes && uriPattern.test(uri);
}

/** Tag, length of the payload, payload. */
export function writeAttestation(attestation: Attestation): Uint8Array {
  const payload = payloadOf(attestation);
  const tag = decodeHex(tagOf(attestation)) ?? new Uint8Array();
  return concatBytes([tag, writeNumber(payload.length), payload]);
}

function tagOf(attestation: Attestation): string {
  return attestation.kind === 'unknown' ? attestation.tag : tags[attestation.kind];
}

function payloadOf(attestation: Attestation): Uint8Array {
  if (attestation.kind === 'unknown') return attestation.payload;
  if (attestation.kind !== 'pending') return writeNumber(attestation.height);
  const uri = encodeUtf8(attestation.uri);
  return concatBytes([writeNumber(uri.length), uri]);
}

/** Reads what `writeAttestation` writes. Throws OtsError, also for a known kind with another payload than it has. */
export function readAttestation(reader: ByteReader): Attestation {
  const tag = encodeHex(reader.take(tagBytes));
  const payload = reader.counted(0, maxPayloadBytes);
  const content = new ByteReader(payload);
  const chain = chainsByTag.get(tag);
  if (chain !== undefined) {
    const height = content.number();
    content.end();
    return { kind: chain, height };
  }
  if (tag !== tags.pending) return { kind: 'unknown', tag, payload };
  const uri = decodeUtf8(content.counted(0, maxUriBytes));
  content.end();
  if (uri === undefined || !isCalendarUri(uri)) {
    throw new OtsError(
      'attestation_malformed',
      'A pending attestation names a calendar by no allowed address.',
    );
  }
  return { kind: 'pending', uri };
}

/** The order in which the reference writes attestations: by tag, then by what they say, heights as numbers. */
export function compareAttestations(left: Attestation, right: Attestation): number {
  const leftTag = tagOf(left);
  const rightTag = tagOf(right);
  if (leftTag !== rightTag) return leftTag < rightTag ? -1 : 1;
  if ('height' in left && 'height' in right) return left.height - right.height;
  if (left.kind === 'pending' && right.kind === 'pending') {
    return compareBytes(encodeUtf8(left.uri), encodeUtf8(right.uri));
  }
  return compareBytes(payloadOf(left), payloadOf(right));
}
