/** What every bench is run with. */
export interface BenchContext {
  /** Tells a person what goes on. */
  say: (line: string) => void;
  /** Has `undo` called when the bench ends or is interrupted; the last one first. */
  keep: (undo: () => unknown) => void;
}

/** A context whose `cleanUp` calls what was kept, once, and goes on where one of it fails. */
export function createBenchContext(
  say: BenchContext['say'],
): BenchContext & { cleanUp: () => Promise<void> } {
  const kept: (() => unknown)[] = [];
  let isOver = false;
  const cleanUp = async () => {
    isOver = true;
    for (let undo = kept.pop(); undo; undo = kept.pop()) {
      try {
        await undo();
      } catch (error) {
        say(`cleaning up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  return {
    say,
    keep: (undo) => {
      kept.push(undo);
      // An interrupted bench may still be starting something.
      if (isOver) void cleanUp();
    },
    cleanUp,
  };
}
