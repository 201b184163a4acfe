import { createHash } from 'node:crypto';

/** Namespace of our names: RFC 9562's for URLs is for URLs. */
const namespace = Buffer.from('6d616c6163686f7280006576696465ce', 'hex');

/** The UUID of a name (RFC 9562 section 5.5, version 5): the same name, the same UUID. */
export function uuidNamed(name: string): string {
  const hash = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
