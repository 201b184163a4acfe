const encoder = new TextEncoder();

/** UTF-8 takes at most this for a UTF-16 code unit. */
const mostBytesAUnit = 3;

/**
 * Text that is encoded as it comes. A file's lines kept as strings until the file is whole would outlive collections of young
 * garbage, of which the engine then allows ever more.
 */
export class TextBytes {
  private buffer = new Uint8Array(1 << 16);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Adds text, which must not end within a surrogate pair. */
  append(text: string): void {
    const needed = this.used + text.length * mostBytesAUnit;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, this.used));
      this.buffer = larger;
    }
    this.used += encoder.encodeInto(text, this.buffer.subarray(this.used)).written;
  }

  /** The UTF-8 of all that was added since it was last taken; the caller's to keep. */
  take(): Uint8Array {
    const bytes = this.buffer.slice(0, this.used);
    this.used = 0;
    return bytes;
  }
}
