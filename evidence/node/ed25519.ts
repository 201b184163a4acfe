import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { encodeHex } from '../bytes.ts';
import { keyIdOf, type Cryptography, type Signer, type VerifyEd25519 } from '../signer.ts';
import { sha256 } from './hasher.ts';

/** Why a key could not be used. Says nothing about the key itself. */
export class KeyError extends Error {
  readonly code: 'key_unreadable' | 'key_not_ed25519';
  constructor(code: KeyError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'KeyError';
    this.code = code;
  }
}

/** A signer for an Ed25519 private key in PEM (PKCS #8). Throws KeyError. */
export function createSigner(privateKeyPem: string): Signer {
  const privateKey = ed25519Key(() => createPrivateKey(privateKeyPem), 'private');
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  return {
    keyId: keyIdOf(publicKey, sha256),
    publicKey,
    sign: (message) => sign(null, message, privateKey),
  };
}

/** A new key pair: the private key as PKCS #8 PEM, the public key as SPKI PEM and raw (32 bytes). */
export function generateKeyPair(): { privateKeyPem: string; publicKeyPem: string; publicKey: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKey: rawPublicKey(publicKey),
  };
}

/** The raw public key (32 bytes) of an Ed25519 key in PEM: SPKI, or PKCS #8 whose public half is taken. Throws KeyError. */
export function readPublicKey(pem: string): Uint8Array {
  return rawPublicKey(ed25519Key(() => createPublicKey(pem), 'public'));
}

/** Verification by Node's OpenSSL. */
export const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return verify(null, message, publicKeyObject(publicKey), signature);
  } catch {
    return false;
  }
};

/** Node's cryptography, for the verifier. */
export const nodeCryptography: Cryptography = { sha256, verifyEd25519 };

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** The keys that verified last: reading one takes half as long as verifying with it, and an archive has few. */
const keyObjects = new Map<string, KeyObject>();
const maxKeyObjects = 64;

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const name = encodeHex(publicKey);
  const known = keyObjects.get(name);
  if (known) return known;
  const der = Buffer.concat([spkiPrefix, publicKey]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const [oldest] = keyObjects.keys();
  if (keyObjects.size === maxKeyObjects && oldest !== undefined) keyObjects.delete(oldest);
  keyObjects.set(name, key);
  return key;
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(spkiPrefix.length));
}

function ed25519Key(read: () => KeyObject, kind: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new KeyError('key_unreadable', `The ${kind} key is not readable PEM: check the file.`, error);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new KeyError(
    'key_not_ed25519',
    `The ${kind} key is not an Ed25519 key: make one with \`openssl genpkey -algorithm ed25519\`.`,
  );
}
