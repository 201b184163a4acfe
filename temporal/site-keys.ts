import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { CodecError } from './codec-error.ts';
import { formatKeyId, type PayloadKeyId } from './key-id.ts';

/** A key and its name. Key objects keep their bytes out of logs and error messages. */
export interface PayloadKey {
  id: PayloadKeyId;
  key: KeyObject;
}

/** The payload keys one process holds. */
export interface Keyring {
  /**
   * The newest key for a workflow of `site`; undefined is a workflow that serves all sites, or one that is not known.
   * Never throws: an SDK worker that cannot encode a failure ends altogether, so a task for the wrong appliance would
   * otherwise stop that appliance's work.
   */
  encryptionKey(site: string | undefined): PayloadKey;
  /** The key of that name, or undefined where this process does not hold it. */
  decryptionKey(id: PayloadKeyId): KeyObject | undefined;
}

const keyBytes = 32;
const salt = Buffer.from('malachor temporal payload');
/** Bounds the memory that payloads naming made-up sites can take. */
const maxCachedKeys = 10_000;

/**
 * The AES-256 key `id` of a 32-byte master key: HKDF-SHA256 (RFC 5869) with the key id as info. Knowing one site's key
 * tells nothing about another's, nor about the master key.
 */
export function derivePayloadKey(masterKey: Uint8Array, id: PayloadKeyId): Buffer {
  checkLength(masterKey, 'the payload master key');
  return Buffer.from(hkdfSync('sha256', masterKey, salt, formatKeyId(id), keyBytes));
}

/**
 * Every site's keys, for central processes. Each site encrypts with `versions.get(site)` (1 without an entry;
 * `centralVersion` for workflows without a site) and decrypts with any version up to it. To rotate a site: hand its
 * appliances the next version's key, then raise the number here.
 */
export function centralKeyring(
  masterKey: Uint8Array,
  rotation: { versions?: ReadonlyMap<string, number>; centralVersion?: number } = {},
): Keyring {
  checkLength(masterKey, 'the payload master key');
  const cache = new Map<string, KeyObject>();
  const newest = (site: string | undefined): number =>
    (site === undefined ? rotation.centralVersion : rotation.versions?.get(site)) ?? 1;
  const derive = (id: PayloadKeyId): KeyObject => {
    const name = formatKeyId(id);
    const cached = cache.get(name);
    if (cached) return cached;
    const key = createSecretKey(derivePayloadKey(masterKey, id));
    if (cache.size >= maxCachedKeys) cache.clear();
    cache.set(name, key);
    return key;
  };
  return {
    encryptionKey(site) {
      const id = { site, version: newest(site) };
      return { id, key: derive(id) };
    },
    decryptionKey(id) {
      return id.version >= 1 && id.version <= newest(id.site) ? derive(id) : undefined;
    },
  };
}

/** A site's own keys by version. */
export type SiteKeyVersions = ReadonlyMap<number, Uint8Array>;

/**
 * One site's keys, for its appliances: encrypts with the highest version, whatever the workflow, and cannot read what
 * any other key encrypted. What an appliance writes for another site's workflow is therefore refused by its reader. A
 * bare key is version 1.
 */
export function siteKeyring(site: string, siteKey: Uint8Array | SiteKeyVersions): Keyring {
  const given = siteKey instanceof Uint8Array ? new Map([[1, siteKey]]) : siteKey;
  const keys = new Map<number, KeyObject>();
  for (const [version, key] of given) {
    checkLength(key, `version ${version} of the payload key of site ${site}`);
    keys.set(version, createSecretKey(key));
  }
  const version = Math.max(...keys.keys());
  const newest = keys.get(version);
  if (!newest)
    throw new CodecError('bad_key_material', `site ${site} has no payload key: provision it again`);
  return {
    encryptionKey() {
      return { id: { site, version }, key: newest };
    },
    decryptionKey(id) {
      return id.site === site ? keys.get(id.version) : undefined;
    },
  };
}

function checkLength(key: Uint8Array, what: string): void {
  if (key.length !== keyBytes) {
    throw new CodecError('bad_key_material', `${what} must be ${keyBytes} bytes, not ${key.length}`);
  }
}
