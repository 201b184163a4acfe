import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate of the tests with its key, as PEM. */
export interface BuiltCertificate {
  certificate: string;
  key: string;
  name: string;
  privateKey: KeyObject;
}

export interface CertificateFields {
  commonName: string;
  /** DNS names; the common name unless given. */
  names: string[];
  notBefore: Date;
  notAfter: Date;
  key: 'ec' | 'rsa-1024' | 'rsa-2048' | 'ed25519';
  hash: 'sha1' | 'sha256';
  issuer: BuiltCertificate;
}

/** Builds an X.509 certificate (RFC 5280), self-signed unless an issuer is given; an authority where it has no names. */
export function buildCertificate(
  fields: Partial<CertificateFields> & { commonName: string },
): BuiltCertificate {
  const keys = generateKeys(fields.key ?? 'ec');
  const signer = fields.issuer?.privateKey ?? keys.privateKey;
  const names = fields.names ?? [fields.commonName];
  const algorithm = signatureAlgorithm(signer, fields.hash ?? 'sha256');
  const validity = [
    fields.notBefore ?? new Date(Date.now() - 86_400_000),
    fields.notAfter ?? new Date(Date.now() + 86_400_000 * 90),
  ];
  const body = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))),
    tag(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    distinguishedName(fields.issuer?.name ?? fields.commonName),
    sequence(...validity.map(utcTime)),
    distinguishedName(fields.commonName),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, sequence(...(names.length === 0 ? [authority()] : [alternativeNames(names)]))),
  );
  const hash = signer.asymmetricKeyType === 'ed25519' ? null : (fields.hash ?? 'sha256');
  const signature = tag(0x03, Buffer.concat([Buffer.from([0]), sign(hash, body, signer)]));
  const der = sequence(body, algorithm, signature)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/gu, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`,
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    name: fields.commonName,
    privateKey: keys.privateKey,
  };
}

function generateKeys(kind: CertificateFields['key']) {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: kind === 'rsa-1024' ? 1_024 : 2_048 });
}

const objectIds = {
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  'ec-sha1': '2a8648ce3d0401',
  'ec-sha256': '2a8648ce3d040302',
  'rsa-sha1': '2a864886f70d010105',
  'rsa-sha256': '2a864886f70d01010b',
  ed25519: '2b6570',
};
const objectId = (name: keyof typeof objectIds) => tag(0x06, Buffer.from(objectIds[name], 'hex'));

function signatureAlgorithm(key: KeyObject, hash: CertificateFields['hash']): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sequence(objectId('ed25519'));
  return key.asymmetricKeyType === 'rsa'
    ? sequence(objectId(`rsa-${hash}`), tag(0x05, Buffer.alloc(0)))
    : sequence(objectId(`ec-${hash}`));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tag(0x31, sequence(objectId('commonName'), tag(0x0c, Buffer.from(commonName)))));
}

function alternativeNames(names: readonly string[]): Buffer {
  const list = names.map((name) =>
    /^\d+\.\d+\.\d+\.\d+$/u.test(name)
      ? tag(0x87, Buffer.from(name.split('.').map(Number)))
      : tag(0x82, Buffer.from(name)),
  );
  return sequence(objectId('subjectAltName'), tag(0x04, sequence(...list)));
}

function authority(): Buffer {
  const critical = tag(0x01, Buffer.from([255]));
  return sequence(objectId('basicConstraints'), critical, tag(0x04, sequence(critical)));
}

function utcTime(date: Date): Buffer {
  return tag(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/gu, '')}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

/** DER: tag, length, content. */
function tag(type: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([type, ...size]), content]);
}
