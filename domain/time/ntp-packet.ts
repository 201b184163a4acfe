/** Bytes of an NTP header without extension fields and message authentication code; RFC 5905, figure 8. */
export const headerBytes = 48;

const version = 4;
const clientMode = 3;

/** The fields of an NTP header that a client reads. Timestamps are 64-bit values as sent. */
export interface NtpHeader {
  /** 0 none, 1 the last minute of the day has 61 seconds, 2 it has 59, 3 the server is not synchronised. */
  leap: number;
  version: number;
  /** 3 client, 4 server. */
  mode: number;
  /** 0 a kiss of death, 1 has a reference clock, up to 15; 16 and more is not synchronised. */
  stratum: number;
  /** Logarithm to base 2 of the server's clock resolution in seconds. */
  precision: number;
  rootDelayMs: number;
  rootDispersionMs: number;
  /** Four bytes: an address, a clock's name, or the code of a kiss of death. */
  referenceId: Uint8Array;
  reference: bigint;
  origin: bigint;
  receive: bigint;
  transmit: bigint;
}

/**
 * A client's request. All of it is 0 but version, mode and `nonce`, which stands in place of the transmit timestamp: the
 * server returns it as origin, so that who cannot see the request cannot answer it (RFC 8633, appendix A, and the data
 * minimisation it recommends: a request tells nothing of our clock).
 *
 * @param nonce 64 random bits; not 0.
 */
export function encodeRequest(nonce: bigint): Uint8Array {
  const packet = new Uint8Array(headerBytes);
  packet[0] = (version << 3) | clientMode;
  new DataView(packet.buffer).setBigUint64(40, nonce);
  return packet;
}

/** The header of a packet, or undefined where it is none. Whatever follows the header is not looked at. */
export function decodeHeader(packet: Uint8Array): NtpHeader | undefined {
  // Extension fields and authentication codes come in words of four bytes.
  if (packet.length < headerBytes || packet.length % 4 !== 0) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const first = view.getUint8(0);
  return {
    leap: first >> 6,
    version: (first >> 3) & 7,
    mode: first & 7,
    stratum: view.getUint8(1),
    precision: view.getInt8(3),
    rootDelayMs: shortMs(view.getUint32(4)),
    rootDispersionMs: shortMs(view.getUint32(8)),
    referenceId: packet.slice(12, 16),
    reference: view.getBigUint64(16),
    origin: view.getBigUint64(24),
    receive: view.getBigUint64(32),
    transmit: view.getBigUint64(40),
  };
}

/** An NTP short (16 bits of seconds, 16 of fraction) in milliseconds. */
function shortMs(value: number): number {
  return (value / 65_536) * 1_000;
}

/** The four characters of a kiss of death, as `RATE`; bytes that are not printable ASCII become `?`. */
export function kissCode(referenceId: Uint8Array): string {
  return [...referenceId]
    .map((byte) => (byte >= 0x21 && byte <= 0x7e ? String.fromCharCode(byte) : '?'))
    .join('');
}
