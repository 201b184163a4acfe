import { setTimeout as sleep } from 'node:timers/promises';

export interface Flight {
  /** How many are started in all. */
  count: number;
  /** How many are under way at most. */
  inFlight: number;
  start: () => Promise<unknown>;
  /** How many of this flight have ended by now. */
  ended: () => Promise<number>;
  /** How often `ended` is asked. */
  everyMs: number;
  /** Rejects when nothing ended for so long. */
  patienceMs: number;
}

/** Starts `count`, keeping `inFlight` under way, and resolves to the seconds until the last has ended. */
export async function keepInFlight(flight: Flight): Promise<number> {
  const { count, inFlight, everyMs, patienceMs } = flight;
  const startedAt = performance.now();
  let movedAt = startedAt;
  let started = 0;
  let ended = 0;
  for (;;) {
    const room = Math.min(count - started, inFlight - (started - ended));
    const starts = Array.from({ length: room }, () => flight.start());
    started += room;
    await Promise.all(starts);
    const now = await flight.ended();
    if (now >= count) return (performance.now() - startedAt) / 1_000;
    if (now > ended) movedAt = performance.now();
    ended = now;
    if (performance.now() - movedAt > patienceMs)
      throw new Error(`only ${ended} of ${count} ended, and none for ${patienceMs / 1_000} s`);
    await sleep(everyMs);
  }
}
