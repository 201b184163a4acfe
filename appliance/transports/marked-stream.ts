/** A piece of a marked stream: bytes between marks, or the words of a mark. */
export type StreamPiece = { kind: 'bytes'; bytes: Buffer } | { kind: 'mark'; words: string[] };

/** Longest mark; ours are a few words. A host that knows the marker could send one without end. */
const maxMarkBytes = 256;

/**
 * Splits a stream at lines `<marker> <words>`. Chunks may be cut anywhere. The newline before a mark belongs to it. The
 * marker is random, so nothing that a script prints is taken for a mark.
 */
export class MarkedStream {
  readonly #start: Buffer;
  #pending: Buffer = Buffer.alloc(0);

  constructor(marker: string) {
    this.#start = Buffer.from(`\n${marker} `);
  }

  /** Takes a chunk; returns the pieces that are certain by now. Keeps less than `maxMarkBytes` back. */
  push(chunk: Buffer): StreamPiece[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const pieces: StreamPiece[] = [];
    for (let piece = this.#next(); piece !== undefined; piece = this.#next()) pieces.push(piece);
    // A copy, because a slice would hold the whole network buffer it points into.
    this.#pending = Buffer.from(this.#pending);
    return pieces;
  }

  #next(): StreamPiece | undefined {
    const at = this.#pending.indexOf(this.#start);
    if (at !== 0) {
      const certain = at > 0 ? at : this.#pending.length - this.#start.length + 1;
      return certain > 0 ? { kind: 'bytes', bytes: this.#take(certain) } : undefined;
    }
    const lineEnd = this.#pending.subarray(0, maxMarkBytes).indexOf('\n', this.#start.length);
    if (lineEnd >= 0) {
      const words = this.#take(lineEnd + 1).toString('latin1', this.#start.length, lineEnd);
      return { kind: 'mark', words: words.split(' ') };
    }
    if (this.#pending.length < maxMarkBytes) return undefined;
    return { kind: 'bytes', bytes: this.#take(this.#start.length) };
  }

  #take(bytes: number): Buffer {
    const taken = this.#pending.subarray(0, bytes);
    this.#pending = this.#pending.subarray(bytes);
    return taken;
  }
}
