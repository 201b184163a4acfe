import { createHash, timingSafeEqual } from 'node:crypto';

/** Fingerprint of an SSH public key blob as OpenSSH prints it: `SHA256:` and unpadded base64 (RFC 4648). */
export function hostKeyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Whether `key` is the pinned one. */
export function isPinnedKey(key: Buffer, pinned: string): boolean {
  const seen = Buffer.from(hostKeyFingerprint(key));
  const wanted = Buffer.from(pinned);
  return seen.length === wanted.length && timingSafeEqual(seen, wanted);
}

/** Algorithm name within an SSH public key blob (RFC 4253, 6.6), as `ssh-ed25519`. */
export function hostKeyType(key: Buffer): string {
  if (key.length < 4) return 'unknown';
  const length = key.readUInt32BE(0);
  return length > 64 ? 'unknown' : key.toString('latin1', 4, 4 + length);
}
