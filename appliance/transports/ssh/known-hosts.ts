import { createHmac } from 'node:crypto';
import { hostKeyFingerprint, hostKeyType } from './host-key.ts';

/** A key of an OpenSSH `known_hosts` file. */
export interface KnownKey {
  fingerprint: string;
  /** As `ssh-ed25519`. */
  type: string;
}

/** What a `known_hosts` file says of one host. */
export interface KnownHost {
  keys: KnownKey[];
  /** Keys that must never be taken, for this host. */
  revoked: KnownKey[];
  /** Lines that were left out though they may be about this host, and why. */
  ignored: { line: number; reason: string }[];
}

/**
 * Reads what an OpenSSH `known_hosts` file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) says of the host at `address` and
 * `port`: plain names with `*`, `?` and `!`, hashed ones, and `[address]:port` where the port is not 22.
 */
export function readKnownHosts(text: string, address: string, port: number): KnownHost {
  const known: KnownHost = { keys: [], revoked: [], ignored: [] };
  const name = (port === 22 ? address : `[${address}]:${port}`).toLowerCase();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names = '', type = '', base64 = ''] = words;
    const ignore = (reason: string): void => {
      known.ignored.push({ line: index + 1, reason });
    };
    if (!isNamed(names, name)) continue;
    const blob = /^[A-Za-z0-9+/]+=*$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
    if (blob === undefined) ignore('it has no key');
    else if (hostKeyType(blob) !== type)
      ignore(`its key is not of the type ${type.slice(0, 64)} that it names`);
    else if (marker === '@cert-authority')
      ignore('certificate authorities of hosts are not used: pin the host’s own key');
    else if (marker === '@revoked') known.revoked.push({ fingerprint: hostKeyFingerprint(blob), type });
    else if (marker !== undefined) ignore(`its marker ${marker.slice(0, 32)} is not known`);
    else known.keys.push({ fingerprint: hostKeyFingerprint(blob), type });
  }
  return known;
}

/** Whether the first field of a line names the host. */
function isNamed(names: string, host: string): boolean {
  if (names.startsWith('|1|')) {
    const [salt, hash] = names.slice(3).split('|');
    if (salt === undefined || hash === undefined) return false;
    // SHA-1 is what the format has; it hides names here and proves nothing.
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(host).digest('base64') === hash;
  }
  const patterns = names.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && isLike(pattern.slice(1), host))) return false;
  return patterns.some((pattern) => isLike(pattern, host));
}

function isLike(pattern: string, host: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === host;
  const parts = pattern.replaceAll(/\*+/g, '*').replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${parts.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(host);
}
