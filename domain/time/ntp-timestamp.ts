/** Seconds from the NTP prime epoch (1900-01-01) to the Unix epoch; RFC 5905, figure 4. */
const unixEpochSeconds = 2_208_988_800n;
const fractionsPerSecond = 2 ** 32;
/** Seconds of one era: the 32-bit seconds first roll over on 2036-02-07. */
const eraSeconds = 1n << 32n;

/**
 * The 64-bit NTP timestamp (32 bits of seconds, 32 of fraction) of a Unix time in milliseconds. The era is lost: times
 * after 2036-02-07T06:28:16Z begin again at 0.
 */
export function ntpTimestamp(unixMs: number): bigint {
  const seconds = Math.floor(unixMs / 1_000);
  const fraction = Math.floor(((unixMs - seconds * 1_000) / 1_000) * fractionsPerSecond);
  return (BigInt.asUintN(32, BigInt(seconds) + unixEpochSeconds) << 32n) | BigInt(fraction);
}

/**
 * The Unix time in milliseconds of an NTP timestamp, in the era that lies nearest to `nearUnixMs`: right while that clock
 * is less than 68 years wrong (RFC 5905, section 6). Exact to a quarter of a microsecond for times of this century.
 */
export function unixMsOfTimestamp(timestamp: bigint, nearUnixMs: number): number {
  const seconds = timestamp >> 32n;
  const near = BigInt(Math.floor(nearUnixMs / 1_000)) + unixEpochSeconds;
  // Taken as a signed 32-bit difference, as RFC 5905 computes with timestamps.
  const full = near + BigInt.asIntN(32, seconds - BigInt.asUintN(32, near));
  const fraction = Number(timestamp & (eraSeconds - 1n)) / fractionsPerSecond;
  return Number(full - unixEpochSeconds) * 1_000 + fraction * 1_000;
}
