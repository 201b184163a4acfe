interface Ended {
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
}

interface Output {
  chunks: Buffer[];
  bytes: number;
}

/** Of the bytes one script may print, this many times as many are kept of a whole batch. */
const outputsKept = 4;
/** Bytes kept of what is said on standard error between the scripts. */
const maxStrayBytes = 2_048;

/** Keeps what each script of a batch prints, in bounded memory whatever the host sends. */
export class ProbeOutputs {
  readonly #maxBytes: number;
  readonly #stdout = new Map<number, Output>();
  readonly #stderr = new Map<number, Output>();
  readonly #exitCodes = new Map<number, number>();
  #current: number | undefined;
  #currentError: number | undefined;
  #kept = 0;
  #stray = '';

  /** @param maxBytes what one script may print on one stream */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  begin(number: number): void {
    this.#current = number;
  }

  /** Whether the bytes are within the bounds; those that are not are dropped. */
  add(bytes: Buffer): boolean {
    return this.#current === undefined || this.#keep(this.#stdout, this.#current, bytes);
  }

  end(exitCode: number): void {
    if (this.#current !== undefined) this.#exitCodes.set(this.#current, exitCode);
    this.#current = undefined;
  }

  beginError(number: number): void {
    this.#currentError = number;
  }

  /** As `add`. What is said between the scripts is kept apart. */
  addError(bytes: Buffer): boolean {
    if (this.#currentError !== undefined) return this.#keep(this.#stderr, this.#currentError, bytes);
    this.#stray = (this.#stray + bytes.toString()).slice(-maxStrayBytes);
    return true;
  }

  endError(): void {
    this.#currentError = undefined;
    this.#stray = '';
  }

  /** What was said on standard error since the last script, or before the first. */
  get strayError(): string {
    return this.#stray;
  }

  /** A script's exit status and output; undefined where it has not ended. */
  of(number: number): Ended | undefined {
    const exitCode = this.#exitCodes.get(number);
    if (exitCode === undefined) return undefined;
    const whole = (outputs: Map<number, Output>): Buffer => Buffer.concat(outputs.get(number)?.chunks ?? []);
    return { exitCode, stdout: whole(this.#stdout), stderr: whole(this.#stderr) };
  }

  #keep(outputs: Map<number, Output>, number: number, bytes: Buffer): boolean {
    const output = outputs.get(number) ?? { chunks: [], bytes: 0 };
    outputs.set(number, output);
    output.bytes += bytes.length;
    this.#kept += bytes.length;
    if (output.bytes > this.#maxBytes || this.#kept > this.#maxBytes * outputsKept) return false;
    // A copy, because a slice would hold the whole network buffer it points into.
    output.chunks.push(Buffer.from(bytes));
    return true;
  }
}
