/**
 * Counts steps: one before and one after each call of a function of `target`. At step `killAt` this process kills itself, as hard
 * as it can be killed, so that a test chooses between which two steps. Iterables are counted when they are asked for.
 */
export class StepCounter {
  readonly #killAt: number;
  steps = 0;

  constructor(killAt: number) {
    this.#killAt = killAt;
  }

  counting<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (of, name) => {
        const member: unknown = Reflect.get(of, name, of);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          this.#step();
          const result: unknown = Reflect.apply(member, of, args);
          return result instanceof Promise
            ? result.finally(() => {
                this.#step();
              })
            : result;
        };
      },
    });
  }

  #step(): void {
    this.steps += 1;
    if (this.steps === this.#killAt) process.kill(process.pid, 'SIGKILL');
  }
}
