import { createHash, type Hash } from 'node:crypto';

/** A stream of bytes of which only the beginning was kept. */
export interface CollectedOutput {
  /** The first bytes, at most as many as were asked for. */
  head: Buffer;
  /** Bytes of the whole stream. */
  bytes: number;
  /** SHA-256 of the whole stream, lower-case hex. */
  sha256: string;
  /** Whether `head` is not the whole. */
  truncated: boolean;
}

/** Counts and hashes a stream of any length in bounded memory. */
export class OutputCollector {
  readonly #keepBytes: number;
  readonly #hash: Hash = createHash('sha256');
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #bytes = 0;

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#hash.update(chunk);
    const room = this.#keepBytes - this.#kept;
    if (room <= 0 || chunk.length === 0) return;
    // A copy, because a slice would hold the whole network buffer it points into.
    const part = Buffer.from(chunk.subarray(0, room));
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  /** The result; nothing may be added afterwards. */
  finish(): CollectedOutput {
    return {
      head: Buffer.concat(this.#chunks),
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      truncated: this.#bytes > this.#kept,
    };
  }
}
