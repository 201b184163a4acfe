import { type Envelope, envelopeSchema } from '../contracts/order.ts';
import { concatBytes, decodeBase64, encodeBase64, encodeUtf8 } from './bytes.ts';
import { quoteName } from './json-string.ts';
import type { Signer, VerifyEd25519 } from './signer.ts';

/** Dead Simple Signing Envelopes, version 1 (github.com/secure-systems-lab/dsse): what is signed, and how it travels. */

/** The bytes a signature covers: `DSSEv1 <length> <type> <length> <payload>`, lengths in bytes, decimal. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = encodeUtf8(payloadType);
  return concatBytes([encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload]);
}

/** An envelope of `payload` with one signature of each signer, in their order. */
export function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly [Signer, ...Signer[]],
): Envelope {
  const message = preAuthEncoding(payloadType, payload);
  return {
    payloadType,
    payload: encodeBase64(payload),
    signatures: signers.map((signer) => ({ keyid: signer.keyId, sig: encodeBase64(signer.sign(message)) })),
  };
}

/** The same envelope with one more signature, as when central countersigns what an appliance signed. */
export function countersignEnvelope(envelope: Envelope, payload: Uint8Array, signer: Signer): Envelope {
  const [added] = signEnvelope(envelope.payloadType, payload, [signer]).signatures;
  return { ...envelope, signatures: [...envelope.signatures, ...(added ? [added] : [])] };
}

/**
 * Canonical JSON of an envelope, as it stands in files and under hashes. Written out rather than sorted: base64 needs
 * no escapes, and it is half of all the text an entry has.
 */
export function envelopeJson(envelope: Envelope): string {
  return envelopeStart + envelope.payload + envelopeTail(envelope);
}

/** What stands before the payload in an envelope's canonical JSON. */
export const envelopeStart = '{"payload":"';

/** What follows the payload in it. */
export function envelopeTail(envelope: Omit<Envelope, 'payload'>): string {
  let text = `","payloadType":${quoteName(envelope.payloadType)},"signatures":[`;
  let separator = '';
  for (const { keyid, sig } of envelope.signatures) {
    text += `${separator}{"keyid":${quoteName(keyid)},"sig":"${sig}"}`;
    separator = ',';
  }
  return `${text}]}`;
}

/** A public key and the name envelopes know it by. */
export interface NamedKey {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
}

/** What became of one signature of an envelope, and the key that it was found valid for. */
export type SignatureVerdict<Key extends NamedKey = NamedKey> =
  | { readonly keyId: string; readonly result: 'valid'; readonly key: Key }
  | { readonly keyId: string; readonly result: 'invalid' | 'unknown_key' };

export type EnvelopeVerdict<Key extends NamedKey = NamedKey> =
  | { readonly ok: false; readonly code: 'malformed'; readonly reason: string }
  | {
      readonly ok: boolean;
      readonly code: 'read';
      readonly payloadType: string;
      readonly payload: Uint8Array;
      /** In the envelope's order. */
      readonly signatures: readonly SignatureVerdict<Key>[];
    };

/**
 * Judges an envelope from an untrusted source. `ok` only where at least one signature by a key of `keys` is valid and none
 * is invalid; signatures of unknown keys are listed, and the caller decides what they mean. Never throws.
 *
 * The key id is a hint written by whoever made the envelope: it only selects among `keys`, and a signature counts for
 * the key that verified it. A caller must compare `payloadType` before reading the payload.
 */
export async function verifyEnvelope<Key extends NamedKey>(
  envelope: unknown,
  keys: readonly Key[],
  verifyEd25519: VerifyEd25519,
): Promise<EnvelopeVerdict<Key>> {
  const parsed = envelopeSchema.safeParse(envelope);
  if (!parsed.success) return malformed(parsed.error.issues[0]?.message ?? 'not an envelope');
  const payload = decodeBase64(parsed.data.payload);
  if (!payload) return malformed('the payload is not canonical base64');
  const keyIds = parsed.data.signatures.map(({ keyid }) => keyid);
  if (new Set(keyIds).size !== keyIds.length) return malformed('a key signed twice');

  const message = preAuthEncoding(parsed.data.payloadType, payload);
  const signatures = await Promise.all(
    parsed.data.signatures.map(async ({ keyid, sig }): Promise<SignatureVerdict<Key>> => {
      const candidates = keys.filter(({ keyId }) => keyId === keyid);
      if (candidates.length === 0) return { keyId: keyid, result: 'unknown_key' };
      const signature = decodeBase64(sig);
      for (const key of signature ? candidates : []) {
        if (signature && (await verifyEd25519(key.publicKey, message, signature))) {
          return { keyId: keyid, result: 'valid', key };
        }
      }
      return { keyId: keyid, result: 'invalid' };
    }),
  );
  const ok =
    signatures.some(({ result }) => result === 'valid') &&
    !signatures.some(({ result }) => result === 'invalid');
  return { ok, code: 'read', payloadType: parsed.data.payloadType, payload, signatures };
}

function malformed(reason: string): EnvelopeVerdict<never> {
  return { ok: false, code: 'malformed', reason };
}
