/** Counts failed attempts by caller. */
export interface FailedAttempts {
  /** Milliseconds until `caller` may try again; 0 when it may now. */
  waitMs(caller: string): number;
  add(caller: string): void;
}

export interface FailedAttemptsOptions {
  /** Failures within the window after which a caller waits for its end. */
  limit: number;
  windowMs: number;
  /** Milliseconds. */
  now: () => number;
}

/** Bounds memory against callers with many addresses. */
const maxCallers = 10_000;

/** Fixed windows that begin with a caller's first failure. */
export function createFailedAttempts({ limit, windowMs, now }: FailedAttemptsOptions): FailedAttempts {
  const windows = new Map<string, { startedAt: number; failures: number }>();
  const current = (caller: string) => {
    const window = windows.get(caller);
    return window && now() - window.startedAt < windowMs ? window : undefined;
  };
  return {
    waitMs(caller) {
      const window = current(caller);
      return window && window.failures >= limit ? window.startedAt + windowMs - now() : 0;
    },
    add(caller) {
      const window = current(caller);
      if (window) {
        window.failures += 1;
        return;
      }
      windows.delete(caller);
      if (windows.size >= maxCallers) dropOldest(windows);
      windows.set(caller, { startedAt: now(), failures: 1 });
    },
  };
}

function dropOldest(windows: Map<string, unknown>): void {
  const oldest = windows.keys().next();
  if (!oldest.done) windows.delete(oldest.value);
}
