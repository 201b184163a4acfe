import type { TimeSource } from './time-source.ts';

/** Which of some sources can be right together. Offsets in milliseconds. */
export interface Selection {
  /** Sources whose interval meets the intersection; empty where no majority agrees. In the order given. */
  truechimers: TimeSource[];
  /** Sources that cannot be right if the majority is; empty where no majority agrees. */
  falsetickers: TimeSource[];
  /** The interval that holds the true offset if a majority of the sources is right. */
  interval?: { lowMs: number; highMs: number };
}

interface Edge {
  at: number;
  kind: 'low' | 'middle' | 'high';
}
const order = { low: 0, middle: 1, high: 2 };

/**
 * The intersection algorithm of RFC 5905 section 11.2.1, after Marzullo. Each source asserts that the true offset lies
 * within its root distance of its own. Sought is the smallest number f of falsetickers, less than half, so that the
 * points common to at least m − f intervals form one interval with at most f midpoints outside. A source is then a
 * falseticker when its interval does not meet that one.
 */
export function selectTruechimers(sources: readonly TimeSource[]): Selection {
  const edges = sources
    .flatMap(({ offsetMs, rootDistanceMs }): Edge[] => [
      { at: offsetMs - rootDistanceMs, kind: 'low' },
      { at: offsetMs, kind: 'middle' },
      { at: offsetMs + rootDistanceMs, kind: 'high' },
    ])
    // At one point intervals open before they close, so that those that touch have it in common.
    .sort((a, b) => a.at - b.at || order[a.kind] - order[b.kind]);
  for (let falsetickers = 0; 2 * falsetickers < sources.length; falsetickers += 1) {
    const needed = sources.length - falsetickers;
    const low = scan(edges, needed, 'low');
    const high = scan(edges.toReversed(), needed, 'high');
    if (!low || !high || low.at > high.at || low.passed + high.passed > falsetickers) continue;
    const interval = { lowMs: low.at, highMs: high.at };
    return {
      truechimers: sources.filter((source) => meets(source, interval)),
      falsetickers: sources.filter((source) => !meets(source, interval)),
      interval,
    };
  }
  return { truechimers: [], falsetickers: [] };
}

/** The first point in `needed` intervals, coming from the side where they open at `opens`, and the midpoints passed. */
function scan(
  edges: readonly Edge[],
  needed: number,
  opens: 'low' | 'high',
): { at: number; passed: number } | undefined {
  let open = 0;
  let passed = 0;
  for (const { at, kind } of edges) {
    if (kind === 'middle') passed += 1;
    else open += kind === opens ? 1 : -1;
    if (open >= needed) return { at, passed };
  }
  return undefined;
}

function meets(
  { offsetMs, rootDistanceMs }: TimeSource,
  { lowMs, highMs }: { lowMs: number; highMs: number },
): boolean {
  return offsetMs - rootDistanceMs <= highMs && offsetMs + rootDistanceMs >= lowMs;
}
