import type { Envelope } from '../contracts/order.ts';
import { decodeBase64, equalBytes } from './bytes.ts';
import { countersignEnvelope, type NamedKey, verifyEnvelope } from './dsse.ts';
import { type KeyPeriod, keyValidAt, type SigningPurpose } from './key-rules.ts';
import type { Cryptography, Signer } from './signer.ts';
import { effectiveTime } from './statements/effective-time.ts';
import { heartbeatPredicateType } from './statements/heartbeat-v1.ts';
import { bundlePayloadType } from './statements/in-toto.ts';
import { readStatement, type Statement } from './statements/read-statement.ts';
import { scanPredicateType } from './statements/scan-v1.ts';

/**
 * Two signatures on one bundle (D1): the appliance's, made where the facts were read and before anything left the practice,
 * and central's, which says when it had arrived. Either alone could be forged by whoever holds that one key.
 */

/**
 * Adds central's signature to what an appliance signed. The same envelope where this key signed it before, so that a repeated
 * upload changes nothing. Verify before: a countersignature says that the first one was good. Throws RangeError for a payload
 * that is not base64.
 */
export function countersign(envelope: Envelope, signer: Signer): Envelope {
  const payload = decodeBase64(envelope.payload);
  if (!payload) throw new RangeError('The payload is not canonical base64.');
  if (envelope.signatures.some(({ keyid }) => keyid === signer.keyId)) return envelope;
  return countersignEnvelope(envelope, payload, signer);
}

/** A key as verification needs it. */
export interface BundleKey extends NamedKey, KeyPeriod {
  readonly purpose: SigningPurpose;
  /** Of an appliance's key: the site it belongs to, and the appliance where one is named. */
  readonly site?: string | undefined;
  readonly appliance?: string | undefined;
}

/** Purposes that a statement needs signatures for: what an appliance saw needs the appliance's. */
export function neededPurposes(
  predicateType: Statement['predicateType'],
): readonly ('appliance' | 'evidence')[] {
  const isApplianceMade = predicateType === scanPredicateType || predicateType === heartbeatPredicateType;
  return isApplianceMade ? ['appliance', 'evidence'] : ['evidence'];
}

export type BundleProblemCode =
  | 'signature_invalid'
  | 'signature_unknown_key'
  | 'bundle_malformed'
  | 'subject_mismatch'
  | 'foreign_appliance_key'
  | 'key_not_valid_then'
  | 'appliance_signature_missing'
  | 'countersignature_missing';

export interface BundleProblem {
  readonly code: BundleProblemCode;
  /** One sentence for people. */
  readonly message: string;
}

export interface BundleVerdict {
  /** Whether nothing is wrong. */
  readonly ok: boolean;
  /** The statement, where it could be read; not to be believed unless `ok`. */
  readonly statement?: Statement;
  readonly problems: readonly BundleProblem[];
}

/**
 * Judges a bundle from an untrusted source: that it is an in-toto statement of ours, that every signature on it is by a known
 * key and valid, and that there is one for each purpose it needs, by a key that was valid then and, an appliance's, belongs to
 * the statement's site and appliance. One signature counts for one purpose, even of a key listed for two. Never throws.
 *
 * @param receivedAt when it arrived: `recordedAt` of its ledger entry; before there is one, the time now
 */
export async function verifyBundle(
  envelope: unknown,
  receivedAt: string,
  keys: readonly BundleKey[],
  { sha256, verifyEd25519 }: Cryptography,
  needed: (type: Statement['predicateType']) => readonly ('appliance' | 'evidence')[] = neededPurposes,
): Promise<BundleVerdict> {
  const signing = keys.filter(({ purpose }) => purpose === 'appliance' || purpose === 'evidence');
  const verdict = await verifyEnvelope(envelope, signing, verifyEd25519);
  if (verdict.code === 'malformed') {
    const message = `The envelope cannot be read: ${verdict.reason}.`;
    return { ok: false, problems: [{ code: 'signature_invalid', message }] };
  }
  const problems: BundleProblem[] = [];
  const report = (code: BundleProblemCode, message: string) => problems.push({ code, message });
  for (const { keyId, result } of verdict.signatures) {
    if (result === 'invalid')
      report('signature_invalid', `The signature by key ${keyId} does not fit what it signs.`);
    if (result === 'unknown_key')
      report('signature_unknown_key', `Key ${keyId} signed, which is not known to sign bundles.`);
  }
  if (verdict.payloadType !== bundlePayloadType)
    report('bundle_malformed', `The envelope holds ${verdict.payloadType}, not ${bundlePayloadType}.`);
  const reading = readStatement(verdict.payload, sha256);
  if (!reading.ok) {
    report(reading.code, `The bundle is not sound: ${reading.reason}.`);
    return { ok: false, problems };
  }

  const { statement } = reading;
  const times = { signedAt: effectiveTime(statement), receivedAt };
  const used = new Set<string>();
  for (const purpose of needed(statement.predicateType)) {
    const signed = verdict.signatures.flatMap((signature) => {
      if (signature.result !== 'valid' || used.has(signature.keyId)) return [];
      const { keyId, publicKey } = signature.key;
      const key = signing.find(
        (candidate) =>
          candidate.keyId === keyId &&
          candidate.purpose === purpose &&
          equalBytes(candidate.publicKey, publicKey),
      );
      return key ? [key] : [];
    });
    const own = signed.filter((key) => purpose === 'evidence' || belongsTo(key, statement));
    // Central signs on arrival, so what it claims as time is the time of arrival.
    const signatureTimes = purpose === 'evidence' ? { signedAt: receivedAt, receivedAt } : times;
    const valid = own.find((key) => keyValidAt(key, signatureTimes) === 'valid');
    if (valid) used.add(valid.keyId);
    else if (own[0])
      report(
        'key_not_valid_then',
        `Key ${own[0].keyId} was not valid for ${purpose} at ${signatureTimes.signedAt}.`,
      );
    else if (signed[0])
      report('foreign_appliance_key', `Key ${signed[0].keyId} is of another appliance than the bundle.`);
    else if (purpose === 'appliance')
      report('appliance_signature_missing', 'No appliance signed this where it was made.');
    else report('countersignature_missing', 'The signature of who keeps the ledger is missing.');
  }
  return { ok: problems.length === 0, statement, problems };
}

function belongsTo(key: BundleKey, { predicate }: Statement): boolean {
  return (
    key.site === predicate.site && (key.appliance === undefined || key.appliance === predicate.appliance)
  );
}
