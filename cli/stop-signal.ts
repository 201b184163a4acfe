/** Signals within this time are one: a terminal, a wrapper and a supervisor may each pass the same one on. */
const sameSignalMs = 1_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once, for who cannot wait. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const handle = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (firstAt !== undefined && now - firstAt > sameSignalMs) process.exit(130);
      firstAt ??= now;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  });
}
