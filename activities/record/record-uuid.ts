import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * The UUID of a record by its name: the name itself where it is one, else a version 8 UUID (RFC 9562, 5.8) of the name's
 * SHA-256. The same name always gives the same UUID, so a record made twice is one.
 */
export function recordUuid(name: string): string {
  if (z.uuid().safeParse(name).success) return name;
  const bytes = createHash('sha256').update(`malachor.dev/record/v1\n${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
