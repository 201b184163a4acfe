import { headerBytes } from '../ntp-packet.ts';
import { ntpTimestamp } from '../ntp-timestamp.ts';

/** What a server of the tests answers; the fields of an NTP header, times in Unix milliseconds. */
export interface ReplyFields {
  leap: number;
  version: number;
  mode: number;
  stratum: number;
  precision: number;
  rootDelayMs: number;
  rootDispersionMs: number;
  referenceId: string;
  referenceMs: number;
  origin: bigint;
  receiveMs: number;
  transmitMs: number;
}

/** A packet as a server sends it, for tests: synchronised, stratum 2, precision of a microsecond, unless told otherwise. */
export function buildReply(
  fields: Partial<ReplyFields> & Pick<ReplyFields, 'origin' | 'receiveMs'>,
): Uint8Array {
  const transmitMs = fields.transmitMs ?? fields.receiveMs;
  const packet = new Uint8Array(headerBytes);
  const view = new DataView(packet.buffer);
  view.setUint8(0, ((fields.leap ?? 0) << 6) | ((fields.version ?? 4) << 3) | (fields.mode ?? 4));
  view.setUint8(1, fields.stratum ?? 2);
  view.setInt8(3, fields.precision ?? -20);
  view.setUint32(4, ((fields.rootDelayMs ?? 0) / 1_000) * 65_536);
  view.setUint32(8, ((fields.rootDispersionMs ?? 0) / 1_000) * 65_536);
  packet.set(new TextEncoder().encode((fields.referenceId ?? 'TEST').slice(0, 4)), 12);
  view.setBigUint64(16, ntpTimestamp(fields.referenceMs ?? transmitMs - 1_000));
  view.setBigUint64(24, fields.origin);
  view.setBigUint64(32, ntpTimestamp(fields.receiveMs));
  view.setBigUint64(40, ntpTimestamp(transmitMs));
  return packet;
}
