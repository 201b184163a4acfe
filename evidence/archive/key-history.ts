import { z } from 'zod';
import { siteIdSchema } from '../../contracts/ids.ts';
import { decodeBase64 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import type { NamedKey } from '../dsse.ts';
import { type KeyPeriod, keyValidAt, type SigningPurpose, signingPurposes } from '../key-rules.ts';
import { fingerprintOf } from '../signer.ts';
import { parseJsonFile } from './json-file.ts';
import { keysPath } from './paths.ts';
import type { Report } from './report.ts';

export const archiveKeySchema = z
  .strictObject({
    keyId: z.string().regex(/^[0-9a-f]{16}$/),
    /** Raw Ed25519 public key, base64. */
    publicKey: z.base64(),
    /** What it may sign. One public key may stand in the history for several purposes. */
    purpose: z.enum(signingPurposes),
    /** The one site and appliance that it signs for. */
    site: siteIdSchema.optional(),
    appliance: z.string().min(1).max(100).optional(),
    /** The name a witness cosigns under; of other keys absent. */
    name: z.string().min(1).max(300).optional(),
    /** When its signatures count, see key-rules.ts. ISO 8601, UTC. */
    notBefore: z.iso.datetime(),
    retiredAt: z.iso.datetime().optional(),
    revokedAt: z.iso.datetime().optional(),
  })
  .refine(
    ({ purpose, name }) => (purpose === 'witness') === (name !== undefined),
    'a witness has a name, and no other key has',
  )
  .refine(({ purpose, site }) => purpose !== 'appliance' || site !== undefined, 'an appliance has a site');
export type ArchiveKey = z.output<typeof archiveKeySchema>;

/** `keys.json`. */
export const keyHistorySchema = z.strictObject({
  keys: z
    .array(archiveKeySchema)
    .min(1)
    .refine(
      (keys) => new Set(keys.map(({ keyId, purpose }) => `${purpose} ${keyId}`)).size === keys.length,
      'a key is listed twice for one purpose',
    ),
});

/** A key of the history, ready to verify with. */
export interface KnownKey extends NamedKey, KeyPeriod {
  readonly fingerprint: string;
  readonly purpose: SigningPurpose;
  readonly site?: string | undefined;
  readonly appliance?: string | undefined;
  readonly name?: string | undefined;
  /** Whether its signatures count: pinned by the caller, or nothing was pinned. */
  readonly isTrusted: boolean;
  readonly isPinned: boolean;
}

/** The archive's keys. With `trustedKeys` (fingerprints) only those count. */
export function readKeyHistory(
  file: Uint8Array | undefined,
  trustedKeys: readonly string[] | undefined,
  sha256: Sha256,
  report: Report,
): KnownKey[] {
  if (!file) return [];
  const history = parseJsonFile(file, keyHistorySchema);
  if (!history.ok) {
    report('keys_unreadable', { file: keysPath }, `The key history cannot be read: ${history.reason}.`);
    return [];
  }
  const known = history.value.keys.flatMap((key): KnownKey[] => {
    const publicKey = decodeBase64(key.publicKey);
    const fingerprint = publicKey?.length === 32 ? fingerprintOf(publicKey, sha256) : undefined;
    if (!publicKey || !fingerprint?.startsWith(key.keyId)) {
      report('key_mismatch', { file: keysPath }, `Key ${key.keyId} has another public key than its id says.`);
      return [];
    }
    const isPinned = trustedKeys?.includes(fingerprint) ?? false;
    return [{ ...key, publicKey, fingerprint, isPinned, isTrusted: isPinned || trustedKeys === undefined }];
  });
  if (trustedKeys !== undefined && !known.some(({ isPinned }) => isPinned)) {
    report(
      'key_not_trusted',
      { file: keysPath },
      'None of the pinned keys is in the archive: its keys were replaced, or the wrong key was given.',
    );
  }
  return known;
}

/** Whether a signature counts that was made, and arrived, at this moment. */
export function isValidAt(key: KeyPeriod, at: string): boolean {
  return keyValidAt(key, { signedAt: at, receivedAt: at }) === 'valid';
}
