/**
 * When a key's signatures count. Keys change by rotation, where old and new overlap so that what was signed just before can
 * still arrive, and by revocation, after which nothing that arrives counts whatever time it claims.
 */

/** What a key may sign. */
export const signingPurposes = ['appliance', 'evidence', 'checkpoint', 'order', 'witness'] as const;
export type SigningPurpose = (typeof signingPurposes)[number];

/** The life of a key. Times are ISO 8601, UTC. */
export interface KeyPeriod {
  readonly notBefore: string;
  /** From when on it makes no signatures: another took its place. What it signed before counts whenever it arrives. */
  readonly retiredAt?: string | undefined;
  /** From when on nothing of it counts that had not arrived: it may be in other hands. */
  readonly revokedAt?: string | undefined;
}

/** A key of the history of keys. */
export interface KeyRecord extends KeyPeriod {
  /** First 16 digits of the fingerprint; with `purpose` it names the record. */
  readonly keyId: string;
  /** Raw Ed25519 public key, base64. */
  readonly publicKey: string;
  readonly purpose: SigningPurpose;
  /** The one site that it signs for; of every appliance's and witness's key. */
  readonly site?: string | undefined;
  /** The one appliance that it is kept on. */
  readonly appliance?: string | undefined;
  /** Of a witness's key: the name it cosigns under. */
  readonly name?: string | undefined;
}

/** When something was signed, as the signer says, and when it arrived, as whoever took it says. Equal where one is not known. */
export interface SignatureTimes {
  readonly signedAt: string;
  readonly receivedAt: string;
}

export type KeyValidity = 'valid' | 'not_yet' | 'retired' | 'revoked';

/** Whether a key's signature of these times counts. A time that cannot be read counts for nothing: `not_yet`. */
export function keyValidAt(key: KeyPeriod, { signedAt, receivedAt }: SignatureTimes): KeyValidity {
  const signed = Date.parse(signedAt);
  const received = Date.parse(receivedAt);
  // Written so that NaN, which compares as false, is not valid.
  if (!(signed >= Date.parse(key.notBefore)) || Number.isNaN(received)) return 'not_yet';
  if (key.revokedAt !== undefined && !(Math.max(signed, received) < Date.parse(key.revokedAt)))
    return 'revoked';
  if (key.retiredAt !== undefined && !(signed < Date.parse(key.retiredAt))) return 'retired';
  return 'valid';
}

/** Keys that may sign at a time, the newest first: sign with the first, accept all. */
export function currentKeys<Key extends KeyRecord>(
  keys: readonly Key[],
  wanted: { readonly purpose: SigningPurpose; readonly at: string; readonly site?: string },
): Key[] {
  const { purpose, at, site } = wanted;
  return keys
    .filter((key) => key.purpose === purpose && key.site === site)
    .filter((key) => keyValidAt(key, { signedAt: at, receivedAt: at }) === 'valid')
    .sort((a, b) => Date.parse(b.notBefore) - Date.parse(a.notBefore));
}

/**
 * The history with `next` in it, and with every key that it follows (same purpose, site and appliance, not yet retired or
 * revoked) retired `overlapMs` after it begins. Throws RangeError where a key would come twice, or begin before the one it follows.
 */
export function rotateKey(history: readonly KeyRecord[], next: KeyRecord, overlapMs: number): KeyRecord[] {
  if (history.some((key) => isSameKey(key, next)))
    throw new RangeError(`Key ${next.keyId} is in the history for ${next.purpose} already.`);
  const retiredAt = new Date(Date.parse(next.notBefore) + overlapMs).toISOString();
  const rotated = history.map((key) => {
    const isFollowed =
      key.purpose === next.purpose && key.site === next.site && key.appliance === next.appliance;
    if (!isFollowed || key.retiredAt !== undefined || key.revokedAt !== undefined) return key;
    if (Date.parse(next.notBefore) < Date.parse(key.notBefore))
      throw new RangeError(`Key ${next.keyId} begins before key ${key.keyId}, which it follows.`);
    return { ...key, retiredAt };
  });
  return [...rotated, next];
}

/** The history with one key revoked from `at` on. An earlier revocation stays. Throws RangeError for a key that is not in it. */
export function revokeKey(
  history: readonly KeyRecord[],
  { keyId, purpose }: Pick<KeyRecord, 'keyId' | 'purpose'>,
  at: string,
): KeyRecord[] {
  if (!history.some((key) => isSameKey(key, { keyId, purpose })))
    throw new RangeError(`Key ${keyId} is not in the history for ${purpose}.`);
  return history.map((key) => {
    if (!isSameKey(key, { keyId, purpose })) return key;
    const isEarlier = key.revokedAt !== undefined && Date.parse(key.revokedAt) <= Date.parse(at);
    return isEarlier ? key : { ...key, revokedAt: at };
  });
}

/**
 * Why `later` cannot be what `earlier` became: a key is gone or is another, or what ended a key was put off or taken back.
 * Undefined where it can. Somebody who kept an earlier history finds with this that a revocation was undone.
 */
export function historyBreach(
  earlier: readonly KeyRecord[],
  later: readonly KeyRecord[],
): string | undefined {
  for (const before of earlier) {
    const name = `key ${before.keyId} for ${before.purpose}`;
    const after = later.find((key) => isSameKey(key, before));
    if (!after) return `${name} is gone`;
    const isSame =
      after.publicKey === before.publicKey &&
      after.site === before.site &&
      after.appliance === before.appliance &&
      after.name === before.name &&
      after.notBefore === before.notBefore;
    if (!isSame) return `${name} is another`;
    if (isPutOff(before.retiredAt, after.retiredAt)) return `the end of ${name} was put off`;
    if (isPutOff(before.revokedAt, after.revokedAt)) return `the revocation of ${name} was put off`;
  }
  return undefined;
}

function isPutOff(before: string | undefined, after: string | undefined): boolean {
  return before !== undefined && (after === undefined || Date.parse(after) > Date.parse(before));
}

function isSameKey(
  one: Pick<KeyRecord, 'keyId' | 'purpose'>,
  other: Pick<KeyRecord, 'keyId' | 'purpose'>,
): boolean {
  return one.keyId === other.keyId && one.purpose === other.purpose;
}
