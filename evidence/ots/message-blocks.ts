/** What SHA-1 and RIPEMD-160 share: 64-byte blocks and rotation of 32-bit words. */

/** The message, 0x80, zeros and its length in bits as 64 bits, to a multiple of 64 bytes. */
export function paddedBlocks(
  message: Uint8Array,
  order: 'big-endian' | 'little-endian',
): Uint8Array<ArrayBuffer> {
  const blocks = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  blocks.set(message);
  blocks[message.length] = 0x80;
  const bits = BigInt(message.length) * 8n;
  new DataView(blocks.buffer).setBigUint64(blocks.length - 8, bits, order === 'little-endian');
  return blocks;
}

export function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
