/** JSON Pointers (RFC 6901), and patterns of them: `*` stands for one member or item, `**` for any number of levels. */

/** The pointer one level down. */
export function pointerTo(parent: string, member: string | number): string {
  return `${parent}/${typeof member === 'number' ? member : member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Names along a pointer, escapes undone. */
export function pointerSegments(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return pointer.includes('~')
    ? segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    : segments;
}

/** A pattern, taken apart once. */
export interface PointerPattern {
  readonly before: readonly string[];
  /** What follows `**`; undefined where there is none. */
  readonly after: readonly string[] | undefined;
}

/** Throws RangeError for a pattern with `**` twice. */
export function parsePattern(pattern: string): PointerPattern {
  const segments = pointerSegments(pattern);
  const gap = segments.indexOf('**');
  if (gap === -1) return { before: segments, after: undefined };
  const after = segments.slice(gap + 1);
  if (after.includes('**')) throw new RangeError(`Pattern ${pattern} has ** twice.`);
  return { before: segments.slice(0, gap), after };
}

/** Whether a pattern fits the pointer of these segments. */
export function fitsSegments({ before, after }: PointerPattern, segments: readonly string[]): boolean {
  if (after === undefined) return segments.length === before.length && fitAt(before, segments, 0);
  const rest = segments.length - after.length;
  return rest >= before.length && fitAt(after, segments, rest) && fitAt(before, segments, 0);
}

function fitAt(pattern: readonly string[], segments: readonly string[], start: number): boolean {
  for (let index = 0; index < pattern.length; index++) {
    const wanted = pattern[index];
    if (wanted !== '*' && wanted !== segments[start + index]) return false;
  }
  return true;
}

/** Whether a pattern, as `/story/**` + `/host`, fits a pointer. */
export function fitsPattern(pattern: string, pointer: string): boolean {
  return fitsSegments(parsePattern(pattern), pointerSegments(pointer));
}
