import { hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { formatSiteKeyFile, parseMasterKeyFile, parseSiteKeyFile } from './key-files.ts';
import { formatKeyId, parseKeyId } from './key-id.ts';
import { centralKeyring, derivePayloadKey, siteKeyring } from './site-keys.ts';

const masterKey = Buffer.alloc(32, 1);
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

it('derives keys by HKDF-SHA256 over the key id', () => {
  const expected = hkdfSync(
    'sha256',
    masterKey,
    Buffer.from('malachor temporal payload'),
    'site/clinic/v2',
    32,
  );
  expect(derivePayloadKey(masterKey, { site: 'clinic', version: 2 })).toEqual(Buffer.from(expected));
});

it('gives every site and version a key of its own', () => {
  const ids = [
    { site: undefined, version: 1 },
    { site: 'a', version: 1 },
    { site: 'a', version: 2 },
    { site: 'b', version: 1 },
  ];
  expect(new Set(ids.map((id) => derivePayloadKey(masterKey, id).toString('hex'))).size).toBe(ids.length);
});

it('shows no key bytes when a keyring is printed', () => {
  const siteKey = derivePayloadKey(masterKey, { site: 'a', version: 1 });
  const shown = inspect(
    [centralKeyring(masterKey).encryptionKey('a'), siteKeyring('a', siteKey).encryptionKey('a')],
    {
      depth: 9,
    },
  );
  expect(shown).not.toContain(siteKey.toString('hex').slice(0, 8));
  expect(shown).not.toContain(siteKey.toString('base64').slice(0, 8));
});

it('says so when a key has the wrong length or is missing', () => {
  expect(() => centralKeyring(Buffer.alloc(16))).toThrow('32 bytes');
  expect(() => siteKeyring('a', Buffer.alloc(31))).toThrow('32 bytes');
  expect(() => siteKeyring('a', new Map())).toThrow('provision it again');
});

it('reads back every key id it writes', () => {
  const site = fc.option(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/), { nil: undefined });
  fc.assert(
    fc.property(site, fc.integer({ min: 1, max: 999_999 }), (name, version) => {
      expect(parseKeyId(formatKeyId({ site: name, version }))).toEqual({ site: name, version });
    }),
  );
});

it.each([
  '',
  'central',
  'central/v0',
  'site//v1',
  'site/A/v1',
  'site/-a/v1',
  'site/a/v01',
  'site/a/b/v1',
  'x/a/v1',
])('takes %j for no key id', (text) => {
  expect(parseKeyId(text)).toBeUndefined();
});

describe('key files', () => {
  it('give back what was written', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 4 }),
        bytes,
        (versions, key) => {
          const keys = new Map(versions.map((version) => [version, Buffer.from(key)]));
          expect(parseSiteKeyFile(formatSiteKeyFile(keys))).toEqual(keys);
        },
      ),
    );
  });

  it('may hold one bare key, with or without a newline at the end', () => {
    const text = masterKey.toString('base64');
    expect(parseSiteKeyFile(text)).toEqual(new Map([[1, masterKey]]));
    expect(parseMasterKeyFile(`${text}\n`)).toEqual(masterKey);
  });

  it.each([
    '',
    'AAAA',
    'not a key',
    `v1 ${masterKey.toString('base64')}\nv1 ${masterKey.toString('base64')}`,
  ])('are refused without showing their text: %j', (text) => {
    expect(() => parseSiteKeyFile(text)).toThrow('payload-site.key');
    expect(() => parseMasterKeyFile(text)).toThrow('payload-master.key');
  });
});
