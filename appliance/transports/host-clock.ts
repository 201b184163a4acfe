/**
 * The host's clock minus ours in milliseconds, from what `date +%s%3N` printed there and when, by our clock, the script
 * was sent and its first output came back. Undefined where the answer is not a time. A `date` without `%N` gives whole
 * seconds.
 */
export function clockSkewMs(hostClock: string, sentAtMs: number, receivedAtMs: number): number | undefined {
  const digits = /^(\d{10})(\d{3})?(?!\d)/.exec(hostClock);
  if (digits === null) return undefined;
  const hostMs = Number(digits[1]) * 1000 + (digits[2] === undefined ? 500 : Number(digits[2]));
  return Math.round(hostMs - (sentAtMs + receivedAtMs) / 2);
}
