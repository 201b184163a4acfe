import type { Find } from './run-detectors.ts';

/** Sizes in UTF-16 code units. */
export interface WindowSizes {
  /** At most so much of a text is decided at once. */
  window: number;
  /** What is seen beyond a window, and the longest identifier that is found wherever it stands. */
  ahead: number;
  /** What is seen before a window: labels, and what a number's beginning must not follow. */
  behind: number;
}

export const defaultSizes: WindowSizes = { window: 32_768, ahead: 4_096, behind: 2_048 };

/** A decided stretch of a text, with its identifiers by offsets into it. */
export interface Piece {
  text: string;
  finds: Find[];
}

/** Cuts a text that comes in chunks into decided pieces. Memory is bounded by the sizes and the longest chunk. */
export interface Windows {
  push(chunk: string): Piece[];
  end(): Piece[];
}

/**
 * Windows over a text in which `find` looks for identifiers. Where one ends depends on the text alone, never on the chunks
 * it came in, so that every chunking gives the same pieces. A window ends at a line's end, else at a space, else anywhere;
 * but never inside an identifier: then it ends after it. `find` sees `behind` and `ahead` of each window too, so that an
 * identifier of at most `ahead` units, escapes and all, is seen whole wherever it stands.
 */
export function createWindows(find: (text: string) => Find[], sizes: WindowSizes = defaultSizes): Windows {
  let buffer = '';
  /** Where in the buffer the next window begins; what is before it is decided and kept to be seen only. */
  let begin = 0;

  const take = (isLast: boolean): Piece => {
    const view = isLast ? buffer : buffer.slice(0, begin + sizes.window + sizes.ahead);
    const finds = find(view)
      .filter(({ end }) => end > begin)
      .map((found) => ({ ...found, start: Math.max(found.start, begin) }));
    const cut = isLast ? view.length : cutOf(view, begin, sizes.window, finds);
    const piece = {
      text: view.slice(begin, cut),
      finds: finds
        .filter(({ start }) => start < cut)
        .map((found) => ({ ...found, start: found.start - begin, end: found.end - begin })),
    };
    const kept = Math.max(0, cut - sizes.behind);
    buffer = buffer.slice(kept);
    begin = cut - kept;
    return piece;
  };

  const takeFull = (): Piece[] => {
    const pieces: Piece[] = [];
    while (buffer.length - begin > sizes.window + sizes.ahead) pieces.push(take(false));
    return pieces;
  };

  return {
    push: (chunk) => {
      buffer += chunk;
      return takeFull();
    },
    end: () => {
      const pieces = [take(true)];
      buffer = '';
      begin = 0;
      return pieces;
    },
  };
}

function cutOf(view: string, begin: number, window: number, finds: readonly Find[]): number {
  const least = begin + (window >> 1);
  const preferred = begin + window;
  let cut = view.lastIndexOf('\n', preferred - 1) + 1;
  if (cut <= least) cut = view.lastIndexOf(' ', preferred - 1) + 1;
  if (cut <= least) cut = preferred;
  const isInsidePair =
    /[\ud800-\udbff]/u.test(view[cut - 1] ?? '') && /[\udc00-\udfff]/u.test(view[cut] ?? '');
  if (isInsidePair) cut += 1;
  const crossing = finds.find(({ start, end }) => start < cut && cut < end);
  return crossing ? crossing.end : cut;
}
