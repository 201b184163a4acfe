/** What the set-up of the `real` project started, for its tear-down; both run in the same process. */
export interface TestParts {
  /** Ends one part; called in reverse order. */
  stops: (() => Promise<unknown>)[];
}

const key = Symbol.for('malachor.test.parts');

/** The parts of this process; made at the first call. Jest gives set-up and tear-down modules of their own. */
export function testParts(): TestParts {
  const holder = globalThis as { [key]?: TestParts };
  const parts = holder[key] ?? { stops: [] };
  holder[key] = parts;
  return parts;
}

/** Stops everything that was started, the last first; goes on after a failure and then reports the first. */
export async function stopTestParts(): Promise<void> {
  const { stops } = testParts();
  const failures: unknown[] = [];
  for (let stop = stops.pop(); stop; stop = stops.pop())
    await stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
