import type { KeyObject, X509Certificate } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';
import type { Facts } from '../../contracts/facts.ts';

const dayMs = 86_400_000;
/** Longest chain that is looked at. */
const maxChain = 10;
const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Names of what `certificateFacts` tells. */
export const certificateFactNames = [
  'subject',
  'issuer',
  'names',
  'not_before',
  'not_after',
  'days_left',
  'self_signed',
  'key_type',
  'key_bits',
  'signature_algorithm',
  'fingerprint_sha256',
  'name_matches',
  'weak',
] as const;

/**
 * What a certificate says of itself: `subject` and `issuer` (one line each), `names` (lines as `DNS:host`), `not_before`
 * and `not_after` (ISO 8601), `days_left` (whole days, negative once expired), `self_signed`, `key_type` (`rsa`, `ec`,
 * `ed25519`, …), `key_bits` where the type has a size, `signature_algorithm`, `fingerprint_sha256`; with `serverName`
 * `name_matches`; and `weak`, a line for each weakness of the certificate and of those that vouch for it: signatures
 * with MD5 or SHA-1, RSA below 2,048 bits, curves below 224, DSA (NIST SP 800-131A, revision 2).
 */
export function certificateFacts(
  certificate: X509Certificate,
  { nowMs, serverName }: { nowMs: number; serverName?: string },
): Facts {
  const notAfterMs = certificate.validToDate.getTime();
  const { type, bits } = keyOf(certificate.publicKey);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .filter((name) => name !== '')
      .slice(0, 100),
    not_before: certificate.validFromDate.toISOString(),
    not_after: certificate.validToDate.toISOString(),
    days_left: Math.floor((notAfterMs - nowMs) / dayMs),
    self_signed: isSelfSigned(certificate),
    key_type: type,
    ...(bits === undefined ? {} : { key_bits: bits }),
    signature_algorithm: certificate.signatureAlgorithm ?? 'unknown',
    fingerprint_sha256: certificate.fingerprint256,
    ...(serverName === undefined ? {} : { name_matches: isFor(certificate, serverName) }),
    weak: weaknesses(certificate),
  };
}

function isFor(certificate: X509Certificate, serverName: string): boolean {
  return checkServerIdentity(serverName, certificate.toLegacyObject()) === undefined;
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function weaknesses(leaf: X509Certificate): string[] {
  const found: string[] = [];
  let certificate: X509Certificate | undefined = leaf;
  for (let depth = 0; certificate !== undefined && depth < maxChain; depth += 1) {
    const subject = oneLine(certificate.subject).slice(0, 200);
    const { type, bits } = keyOf(certificate.publicKey);
    if (type === 'dsa' || isShort(type, bits))
      found.push(`${type} key of ${bits ?? 'unknown'} bits: ${subject}`);
    // Nobody relies on a signature that a certificate makes on itself.
    const algorithm = certificate.signatureAlgorithm ?? '';
    if (/md[245]|sha1(?!\d)/iu.test(algorithm) && !isSelfSigned(certificate))
      found.push(`signature ${algorithm}: ${subject}`);
    certificate = certificate.issuerCertificate;
  }
  return found;
}

function isShort(type: string, bits: number | undefined): boolean {
  if (bits === undefined) return false;
  return type === 'ec' ? bits < 224 : type.startsWith('rsa') && bits < 2_048;
}

function keyOf(key: KeyObject): { type: string; bits?: number } {
  const type = key.asymmetricKeyType ?? 'unknown';
  const { modulusLength, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const bits = modulusLength ?? curveBits[namedCurve] ?? Number(/\d{3}/u.exec(namedCurve)?.[0] ?? Number.NaN);
  return Number.isNaN(bits) ? { type } : { type, bits };
}

/** A distinguished name of several lines as one: `CN=a, O=b`. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ').slice(0, 1_000);
}
