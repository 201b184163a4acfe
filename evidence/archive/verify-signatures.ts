import type { Cryptography } from '../signer.ts';
import { verifyEnvelope } from '../dsse.ts';
import type { SigningPurpose } from '../key-rules.ts';
import { isValidAt, type KnownKey } from './key-history.ts';
import type { Place, Report } from './report.ts';

/**
 * The payload of an envelope in the archive, or undefined where it is not even readable. Reports every signature that is
 * not by a key of the archive for this purpose and time, and an envelope that no trusted key signed.
 */
export async function verifySignatures(
  envelope: unknown,
  expected: { payloadType: string; purpose: SigningPurpose; signedAt: string },
  keys: readonly KnownKey[],
  { verifyEd25519 }: Cryptography,
  place: Place,
  report: Report,
): Promise<Uint8Array | undefined> {
  const candidates = keys.filter(({ purpose }) => purpose === expected.purpose);
  const verdict = await verifyEnvelope(envelope, candidates, verifyEd25519);
  if (verdict.code === 'malformed') {
    report('signature_invalid', place, `The envelope cannot be read: ${verdict.reason}.`);
    return undefined;
  }
  if (verdict.payloadType !== expected.payloadType) {
    report(
      'signature_invalid',
      place,
      `The envelope holds ${verdict.payloadType}, not ${expected.payloadType}.`,
    );
  }
  let isTrusted = false;
  for (const signature of verdict.signatures) {
    const { keyId } = signature;
    if (signature.result === 'valid') {
      if (!isValidAt(signature.key, expected.signedAt)) {
        report('key_not_valid_then', place, `Key ${keyId} was not valid at ${expected.signedAt}.`);
      } else if (signature.key.isTrusted) {
        isTrusted = true;
      }
    } else if (signature.result === 'invalid') {
      report('signature_invalid', place, `The signature by key ${keyId} does not fit what it signs.`);
    } else {
      const message = `Key ${keyId} signed, which keys.json does not list for ${expected.purpose}.`;
      report('signature_unknown_key', place, message);
    }
  }
  const hasValid = verdict.signatures.some(({ result }) => result === 'valid');
  if (hasValid && !isTrusted)
    report('key_not_trusted', place, 'No trusted key signed this at a time it was valid.');
  return verdict.payload;
}
