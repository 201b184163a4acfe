/** What a bench measured: one claim as a ratio of two medians taken in the same run. */
export interface BenchResult {
  name: string;
  /** ours / reference. */
  ratio: number;
  floor: number;
  /** Whether the claim is that the ratio is at least the floor; otherwise it is that it is at most the floor. */
  higherIsBetter: boolean;
  ours: number;
  reference: number;
  unit: string;
  /** What else was measured, by name, for a claim of more than one figure. */
  figures?: Record<string, number>;
}

/** Whether the claim is true of what was measured. */
export function holds({ ratio, floor, higherIsBetter }: BenchResult): boolean {
  return higherIsBetter ? ratio >= floor : ratio <= floor;
}

/** The middle value; of an even number the upper one of the middle two. Throws a RangeError where there is none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  if (middle === undefined) throw new RangeError('the median of no values');
  return middle;
}
