import { z } from 'zod';
import type { Sha256 } from '../digest.ts';

/**
 * The UUID of a record by its name: the name itself where it is one, else a version 8 UUID (RFC 9562, 5.8) of the name's
 * SHA-256. The same name always gives the same UUID, so a record made twice is one.
 */
export function recordUuid(name: string, sha256: Sha256): string {
  if (z.uuid().safeParse(name).success) return name;
  const digest = sha256(`malachor.dev/record/v1\n${name}`);
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
