import { OtsError } from './ots-error.ts';

/** Reads the primitives of the OpenTimestamps format from the front of `bytes`. All methods throw OtsError. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const value = this.bytes[this.offset];
    if (value === undefined) throw new OtsError('truncated', `The proof ends at byte ${this.offset}.`);
    this.offset++;
    return value;
  }

  /** A copy of the next `length` bytes. */
  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.offset) {
      throw new OtsError('truncated', `The proof ends within ${length} bytes from byte ${this.offset}.`);
    }
    const taken = Uint8Array.from(this.bytes.subarray(this.offset, this.offset + length));
    this.offset += length;
    return taken;
  }

  /**
   * An unsigned LEB128 number up to 2^53 - 1. The reference also takes longer forms of the same number; no known writer makes
   * them, and refusing them leaves one way to write a proof.
   */
  number(): number {
    const start = this.offset;
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const digit = this.byte();
      value += (digit & 0x7f) * factor;
      if (!Number.isSafeInteger(value) || (digit === 0 && factor > 1)) {
        throw new OtsError('number_malformed', `At byte ${start} is a number that is too large or padded.`);
      }
      if (digit < 0x80) return value;
    }
  }

  /** Bytes with their number before them. */
  counted(minimum: number, maximum: number): Uint8Array {
    const start = this.offset;
    const length = this.number();
    if (length < minimum || length > maximum) {
      const allowed = `${minimum} to ${maximum}`;
      throw new OtsError(
        'length_out_of_range',
        `At byte ${start} are ${length} bytes where ${allowed} may be.`,
      );
    }
    return this.take(length);
  }

  end(): void {
    if (this.offset < this.bytes.length) {
      throw new OtsError('trailing_data', `Something follows the proof at byte ${this.offset}.`);
    }
  }
}

/** Unsigned LEB128 of a safe integer. */
export function writeNumber(value: number): Uint8Array {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 0x80);
  return Uint8Array.from([...digits, rest]);
}
