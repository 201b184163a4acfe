/** What the test did and saw, with times since its start; shown where something went wrong. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #lines: string[] = [];

  add(line: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(2);
    this.#lines.push(`${seconds.padStart(8)} ${line}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
