import { CodecError } from './codec-error.ts';
import type { SiteKeyVersions } from './site-keys.ts';

const base64Key = /^[A-Za-z0-9+/]{43}=$/;

/** The 32 bytes of a `payload-master.key` file: one line of base64. */
export function parseMasterKeyFile(text: string): Buffer {
  return decodeKey(text.trim(), 'payload-master.key');
}

/**
 * The keys of a `payload-site.key` file: one base64 line (version 1), or one line `v<version> <base64>` a version while
 * a rotation is under way.
 */
export function parseSiteKeyFile(text: string): SiteKeyVersions {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const keys = new Map<number, Buffer>();
  for (const line of lines) {
    const match = /^(?:v([1-9]\d{0,5}) )?(\S+)$/.exec(line);
    const version = Number(match?.[1] ?? 1);
    if (keys.has(version)) throw malformed('payload-site.key', `names version ${version} twice`);
    keys.set(version, decodeKey(match?.[2] ?? '', 'payload-site.key'));
  }
  if (keys.size === 0) throw malformed('payload-site.key', 'is empty');
  return keys;
}

/** The text of a `payload-site.key` file. */
export function formatSiteKeyFile(keys: SiteKeyVersions): string {
  return [...keys].map(([version, key]) => `v${version} ${Buffer.from(key).toString('base64')}\n`).join('');
}

function decodeKey(text: string, file: string): Buffer {
  if (!base64Key.test(text)) throw malformed(file, 'does not hold 32 bytes in base64');
  return Buffer.from(text, 'base64');
}

function malformed(file: string, what: string): CodecError {
  return new CodecError('bad_key_material', `${file} ${what}: restore it from the backup of the secrets`);
}
