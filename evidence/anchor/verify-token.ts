import { ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import {
  Certificate,
  CertificateChainValidationEngine,
  ExtKeyUsage,
  getCrypto,
  IssuerAndSerialNumber,
} from 'pkijs';
import { equalBytes } from '../bytes.ts';
import { sha1 } from '../ots/sha1.ts';
import { parseToken, type TimeStampToken, tokenContentType } from './time-stamp-token.ts';
import type { VerifyToken } from './verify-anchor.ts';

/** A verifier of RFC 3161 tokens for `verifyAnchor`. Works in Node and in browsers, by their WebCrypto. */

const oid = {
  sha256: '2.16.840.1.101.3.4.2.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  extendedKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
};
/** Hashes a signature may rest on. SHA-1 and older are no evidence any more. */
const hashNames = new Map([
  [oid.sha256, 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

class Refusal extends Error {}

/**
 * Verifies tokens: SHA-256 imprint of the digest, one signer whose certificate came along and is for time-stamping alone (RFC
 * 3161 section 2.3), is bound into the signature (RFC 5035) and was valid at the time, and the signature. With `trusted` (DER
 * certificates) the certificate must lead to one of them at that time; revocation is not looked up, since that needs a network.
 */
export function createTokenVerifier(trusted?: readonly Uint8Array[]): VerifyToken {
  return async (bytes, digest) => {
    const token = parseToken(bytes);
    if (!token) {
      return { ok: false, code: 'token_malformed', reason: 'This is no time-stamp token.' };
    }
    try {
      verifyImprint(token, digest);
      const certificate = signerCertificate(token);
      verifyPurpose(certificate, token.info.genTime);
      await verifySignedAttributes(token, certificate);
      await verifySignature(token, certificate);
      if (trusted) await verifyChain(token, certificate, trusted);
      return {
        ok: true,
        time: token.info.genTime.toISOString(),
        authority: subjectOf(certificate),
        isTrusted: trusted !== undefined,
      };
    } catch (error) {
      // The libraries throw on structures that were read but are no use, and those come from outside.
      const reason =
        error instanceof Refusal ? error.message : 'The token cannot be verified: it has another form.';
      return { ok: false, code: 'token_invalid', reason };
    }
  };
}

function verifyImprint({ info }: TimeStampToken, digest: Uint8Array): void {
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  if (hashAlgorithm.algorithmId === oid.sha256 && equalBytes(hashedMessage.valueBlock.valueHexView, digest))
    return;
  throw new Refusal('The token is about something else.');
}

function signerCertificate({ signer, certificates }: TimeStampToken): Certificate {
  const sid: unknown = signer.sid;
  if (!(sid instanceof IssuerAndSerialNumber))
    throw new Refusal('The token names its signer in another way than by issuer.');
  const found = certificates.find(
    ({ issuer, serialNumber }) => issuer.isEqual(sid.issuer) && serialNumber.isEqual(sid.serialNumber),
  );
  if (!found) throw new Refusal("The signer's certificate is not in the token.");
  return found;
}

function verifyPurpose(certificate: Certificate, time: Date): void {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === oid.extendedKeyUsage);
  const usage: unknown = extension?.parsedValue;
  const purposes = usage instanceof ExtKeyUsage ? usage.keyPurposes : [];
  if (!extension?.critical || purposes.length !== 1 || purposes[0] !== oid.timeStamping) {
    throw new Refusal("The signer's certificate is not for time-stamping alone.");
  }
  if (time < certificate.notBefore.value || time > certificate.notAfter.value) {
    throw new Refusal("The signer's certificate was not valid at the time it states.");
  }
}

/** Those under the signature: type and digest of the content, and which certificate signed. */
async function verifySignedAttributes(token: TimeStampToken, certificate: Certificate): Promise<void> {
  const contentType = attributeOf(token, oid.contentType);
  if (!(contentType instanceof ObjectIdentifier) || contentType.getValue() !== tokenContentType) {
    throw new Refusal('The signature is over content of another type.');
  }
  const messageDigest = attributeOf(token, oid.messageDigest);
  const hash = await digestOf(signerHash(token), token.content);
  if (!(messageDigest instanceof OctetString) || !equalBytes(messageDigest.valueBlock.valueHexView, hash)) {
    throw new Refusal('The signature is over other content.');
  }
  const der = new Uint8Array(certificate.toSchema().toBER());
  const v2 = attributeOf(token, oid.signingCertificateV2);
  const bound = v2 ? firstCertificateId(v2) : firstCertificateId(attributeOf(token, oid.signingCertificate));
  const certificateHash = v2 ? await digestOf(bound.hashName, der) : sha1(der);
  if (!equalBytes(bound.hash, certificateHash)) {
    throw new Refusal('The signature is bound to another certificate.');
  }
}

/** The one value of a signed attribute that stands once. */
function attributeOf({ signer }: TimeStampToken, type: string): unknown {
  const found = signer.signedAttrs?.attributes.filter((attribute) => attribute.type === type) ?? [];
  const [attribute, ...others] = found;
  return others.length === 0 && attribute?.values.length === 1 ? (attribute.values[0] as unknown) : undefined;
}

/** First ESSCertID or ESSCertIDv2 (RFC 5035): an optional algorithm, SHA-256 without it, and the certificate's hash. */
function firstCertificateId(attribute: unknown): { hashName: string; hash: Uint8Array } {
  const parts = childrenOf(childrenOf(childrenOf(attribute)[0])[0]);
  const [algorithm] = childrenOf(parts[0]);
  const name = algorithm instanceof ObjectIdentifier ? hashNames.get(algorithm.getValue()) : 'SHA-256';
  const hash = parts.find((part) => part instanceof OctetString);
  if (name === undefined || !hash)
    throw new Refusal('The signature does not say which certificate is its own.');
  return { hashName: name, hash: hash.valueBlock.valueHexView };
}

function childrenOf(value: unknown): readonly unknown[] {
  return value instanceof Sequence ? value.valueBlock.value : [];
}

function signerHash({ signer }: TimeStampToken): string {
  const name = hashNames.get(signer.digestAlgorithm.algorithmId);
  if (name === undefined) throw new Refusal('The signature rests on a hash that is not strong enough.');
  return name;
}

async function digestOf(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(name, Uint8Array.from(bytes)));
}

async function verifySignature(token: TimeStampToken, certificate: Certificate): Promise<void> {
  const { signedAttrs, signature, signatureAlgorithm } = token.signer;
  if (!signedAttrs) throw new Refusal('The token has no signed attributes.');
  const isValid = await getCrypto(true).verifyWithPublicKey(
    signedAttrs.encodedValue,
    signature,
    certificate.subjectPublicKeyInfo,
    signatureAlgorithm,
    signerHash(token),
  );
  if (!isValid) throw new Refusal('The signature is not valid.');
}

async function verifyChain(
  token: TimeStampToken,
  certificate: Certificate,
  trusted: readonly Uint8Array[],
): Promise<void> {
  const engine = new CertificateChainValidationEngine({
    trustedCerts: trusted.map((der) => Certificate.fromBER(Uint8Array.from(der))),
    certs: [...token.certificates.filter((each) => each !== certificate), certificate],
    checkDate: token.info.genTime,
  });
  const { result } = await engine.verify();
  if (!result) throw new Refusal('The certificate does not lead to a trusted authority.');
}

function subjectOf({ subject }: Certificate): string {
  const names = subject.typesAndValues.map(({ value }) => value.valueBlock.value);
  return names.join(', ').slice(0, 300);
}
