import { setTimeout as sleep } from 'node:timers/promises';

/** Work of one kind that can be started and counted. */
export interface Load {
  start: () => Promise<unknown>;
  /** How many have ended since the world began. */
  ended: () => Promise<number>;
}

export interface Pace {
  /** How many are kept under way. */
  inFlight: number;
  /** How long is measured, once as many as are kept under way have ended. */
  windowMs: number;
  /** How often is looked what has ended. */
  everyMs: number;
  /** Rejects when nothing ended for so long. */
  patienceMs: number;
}

/**
 * Keeps `inFlight` under way and resolves to how many a second ended in the window. Neither the start from nothing nor the
 * last few are in it; everything started has ended when it resolves.
 */
export async function measureThroughput(load: Load, pace: Pace): Promise<number> {
  const { inFlight, windowMs, everyMs, patienceMs } = pace;
  const before = await load.ended();
  let started = 0;
  let last = { ended: 0, atMs: performance.now() };
  let movedAtMs = last.atMs;
  let opened: typeof last | undefined;
  let closed: typeof last | undefined;
  for (;;) {
    const room = closed ? 0 : inFlight - (started - last.ended);
    started += room;
    await Promise.all(Array.from({ length: room }, () => load.start()));
    const now = { ended: (await load.ended()) - before, atMs: performance.now() };
    if (now.ended > last.ended) movedAtMs = now.atMs;
    last = now;
    if (!opened && now.ended >= inFlight) opened = now;
    else if (opened && !closed && now.atMs - opened.atMs >= windowMs) closed = now;
    if (opened && closed && now.ended >= started)
      return ((closed.ended - opened.ended) * 1_000) / (closed.atMs - opened.atMs);
    if (now.atMs - movedAtMs > patienceMs)
      throw new Error(`only ${now.ended} of ${started} ended, and none for ${patienceMs / 1_000} s`);
    await sleep(everyMs);
  }
}
