import type { ScriptOutput } from '../../contracts/order.ts';
import type { CollectedOutput } from '../transports/collected-output.ts';

/** Bytes of an output that travel with an outcome. */
export const travellingBytes = 16_384;

/** An output as an outcome carries it: at most `travellingBytes` of text, and count and digest of the whole. */
export function scriptOutput({ head, bytes, sha256 }: CollectedOutput): ScriptOutput {
  // Streaming, so that a character cut in two at the end is left out instead of becoming a replacement character.
  const text = new TextDecoder().decode(head.subarray(0, travellingBytes), {
    stream: bytes > travellingBytes,
  });
  return { text, bytes, sha256, truncated: bytes > Math.min(head.length, travellingBytes) };
}
