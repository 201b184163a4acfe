/**
 * Splits `total` whole units over `weights`, whole numbers of which one is positive at least. The parts sum to `total`
 * exactly and each is less than one unit off its exact share (largest remainder; the earlier one where they tie).
 */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const remainders = weights.map((weight) => (total * weight) % sum);
  const parts = weights.map((weight, index) => (total * weight - (remainders[index] ?? 0)) / sum);
  let left = total - parts.reduce((all, part) => all + part, 0);
  const byRemainder = [...remainders.keys()].sort((a, b) => (remainders[b] ?? 0) - (remainders[a] ?? 0));
  for (const index of byRemainder) {
    if (left === 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}
