/** Where a part tells a person what it is doing: one line, no line break at its end. */
export type Log = (line: string) => void;

/** Runs `work`; says `label` with the time passed every `everyMs` until it ends, so that long steps are seen to live. */
export async function withProgress<T>(
  log: Log,
  label: string,
  work: () => Promise<T>,
  everyMs = 15_000,
): Promise<T> {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    log(`${label}: ${Math.round((performance.now() - startedAt) / 1_000)} s so far`);
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
