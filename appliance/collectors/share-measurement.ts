/** A measurement that several callers wait for, or that is done and still holds. */
interface Shared<Result> {
  result: Promise<Result>;
  waiting: number;
  stop: AbortController;
}

/**
 * Lets callers who want the same share one measurement: those who come while it runs, and those who come while
 * `isFresh` says that its result holds. It is stopped when nobody waits for it any more; a failed one is not kept.
 */
export class MeasurementSharing<Result> {
  readonly #shared = new Map<string, Shared<Result>>();
  readonly #isFresh: (result: Result) => boolean;

  constructor(isFresh: (result: Result) => boolean) {
    this.#isFresh = isFresh;
  }

  /** The shared result for `key`, measured now where there is none. Rejects with the reason of `signal` when it aborts. */
  async measure(
    key: string,
    signal: AbortSignal,
    measure: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    let shared = this.#shared.get(key) ?? this.#begin(key, measure);
    const result = await this.#wait(key, shared, signal);
    if (this.#isFresh(result)) return result;
    // Where others came first they have begun anew.
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
    shared = this.#shared.get(key) ?? this.#begin(key, measure);
    return this.#wait(key, shared, signal);
  }

  #begin(key: string, measure: (signal: AbortSignal) => Promise<Result>): Shared<Result> {
    const stop = new AbortController();
    const shared = { result: measure(stop.signal), waiting: 0, stop };
    this.#shared.set(key, shared);
    shared.result.catch(() => {
      if (this.#shared.get(key) === shared) this.#shared.delete(key);
    });
    return shared;
  }

  async #wait(key: string, shared: Shared<Result>, signal: AbortSignal): Promise<Result> {
    const aborted = Promise.withResolvers<never>();
    const abort = () => {
      aborted.reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    shared.waiting += 1;
    try {
      return await Promise.race([shared.result, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
      shared.waiting -= 1;
      if (shared.waiting === 0 && signal.aborted) {
        if (this.#shared.get(key) === shared) this.#shared.delete(key);
        shared.stop.abort();
      }
    }
  }
}
