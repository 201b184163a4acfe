/**
 * Finds a script's own output within what a session prints: login noise, `<marker> begin <clock>`, the output,
 * `<marker> end <status>`. Chunks may be cut anywhere. The marker is random, so output cannot imitate it.
 */
export class RunFrame {
  readonly #begin: Buffer;
  readonly #end: Buffer;
  #pending: Buffer = Buffer.alloc(0);
  #state: 'before' | 'inside' | 'ending' | 'ended' = 'before';
  #hostClock = '';
  #exitCode: number | undefined;

  constructor(marker: string) {
    this.#begin = Buffer.from(`\n${marker} begin `);
    this.#end = Buffer.from(`\n${marker} end `);
  }

  get hasBegun(): boolean {
    return this.#state !== 'before';
  }

  /** Exit status, once the script has ended. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** What the host's `date +%s%3N` printed. */
  get hostClock(): string {
    return this.#hostClock;
  }

  /** Takes a chunk; returns the bytes of the script's own output that are certain by now. */
  push(chunk: Buffer): Buffer {
    if (this.#state === 'ended') return Buffer.alloc(0);
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (this.#state === 'before') this.#readBegin();
    let output: Buffer = Buffer.alloc(0);
    if (this.#state === 'inside') output = this.#readInside();
    if (this.#state === 'ending') this.#readEnd();
    return output;
  }

  #readBegin(): void {
    const at = this.#pending.indexOf(this.#begin);
    if (at < 0) {
      this.#pending = tail(this.#pending, this.#begin.length - 1);
      return;
    }
    const lineEnd = this.#pending.indexOf('\n', at + this.#begin.length);
    if (lineEnd < 0) {
      this.#pending = this.#pending.subarray(at);
      return;
    }
    this.#hostClock = this.#pending.toString('latin1', at + this.#begin.length, lineEnd);
    this.#pending = this.#pending.subarray(lineEnd + 1);
    this.#state = 'inside';
  }

  #readInside(): Buffer {
    const at = this.#pending.indexOf(this.#end);
    const upTo = at < 0 ? Math.max(0, this.#pending.length - this.#end.length + 1) : at;
    const output = this.#pending.subarray(0, upTo);
    this.#pending = this.#pending.subarray(upTo);
    if (at >= 0) this.#state = 'ending';
    return output;
  }

  #readEnd(): void {
    const lineEnd = this.#pending.indexOf('\n', this.#end.length);
    if (lineEnd < 0) return;
    this.#exitCode = Number(this.#pending.toString('latin1', this.#end.length, lineEnd));
    this.#pending = Buffer.alloc(0);
    this.#state = 'ended';
  }
}

function tail(buffer: Buffer, bytes: number): Buffer {
  return buffer.length > bytes ? buffer.subarray(buffer.length - bytes) : buffer;
}
