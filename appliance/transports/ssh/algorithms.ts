import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/**
 * What we negotiate: no SHA-1, no CBC, no DSA, no finite-field exchange under 2048 bits. ChaCha20-Poly1305 is left out
 * because it is the mode that message deletion (CVE-2023-48795, "Terrapin") bites on servers without strict key exchange.
 * Host key types are in the order that enrolment pins them in, so that a host answers with the same key both times.
 */
const modern = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ] satisfies KexAlgorithm[],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ] satisfies ServerHostKeyAlgorithm[],
  cipher: [
    'aes256-gcm@openssh.com',
    'aes128-gcm@openssh.com',
    'aes256-ctr',
    'aes128-ctr',
  ] satisfies CipherAlgorithm[],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ] satisfies MacAlgorithm[],
};

/**
 * What a host marked `legacyAlgorithms` may fall back to, after everything modern: SHA-1 in the exchange (2048 bits), in
 * RSA signatures and in MACs, and AES in CBC mode. Switches and hosts of before 2014 need it. Never: no cipher, DES,
 * 3DES, RC4, Blowfish, MD5, DSA, the 1024-bit group 1, truncated MACs.
 */
const legacy = {
  kex: ['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha1'] satisfies KexAlgorithm[],
  serverHostKey: ['ssh-rsa'] satisfies ServerHostKeyAlgorithm[],
  cipher: ['aes256-cbc', 'aes128-cbc'] satisfies CipherAlgorithm[],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'] satisfies MacAlgorithm[],
};

export interface AlgorithmOptions {
  isLegacy?: boolean;
  /** Types of key that are known of the host, to be asked for first: it has several, and shows one. */
  keyTypes?: readonly string[];
}

/** The algorithms to negotiate with one host. */
export function algorithmsFor({ isLegacy = false, keyTypes = [] }: AlgorithmOptions = {}): Algorithms {
  const also = <T>(list: T[]): T[] => (isLegacy ? list : []);
  const keys = [...modern.serverHostKey, ...also(legacy.serverHostKey)];
  const known = keyTypes.flatMap((type) => algorithmsOfType(type, isLegacy));
  return {
    kex: [...modern.kex, ...also(legacy.kex)],
    serverHostKey: [
      ...keys.filter((key) => known.includes(key)),
      ...keys.filter((key) => !known.includes(key)),
    ],
    cipher: [...modern.cipher, ...also(legacy.cipher)],
    hmac: [...modern.hmac, ...also(legacy.hmac)],
    compress: ['none'],
  };
}

/** Types of host key that a host may have one of each of. */
export const hostKeyTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const;

/** The signatures that a key of the type makes and that we take. */
export function algorithmsOfType(type: string, isLegacy: boolean): ServerHostKeyAlgorithm[] {
  const keys: ServerHostKeyAlgorithm[] = [...modern.serverHostKey, ...(isLegacy ? legacy.serverHostKey : [])];
  return keys.filter((key) => key === type || (type === 'ssh-rsa' && key.startsWith('rsa-sha2-')));
}
