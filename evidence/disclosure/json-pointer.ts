/** JSON Pointers (RFC 6901), and patterns of them: `*` stands for one member or item, `**` for any number of levels. */

/** The pointer one level down. */
export function pointerTo(parent: string, member: string | number): string {
  return `${parent}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Names along a pointer, escapes undone. */
export function pointerSegments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether a pattern, as `/story/**` + `/host`, fits a pointer. */
export function fitsPattern(pattern: string, pointer: string): boolean {
  return fits(pointerSegments(pattern), pointerSegments(pointer));
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return segments.length === 0;
  if (first === '**') return segments.some((_, index) => fits(rest, segments.slice(index))) || fits(rest, []);
  if (segments.length === 0) return false;
  return (first === '*' || first === segments[0]) && fits(rest, segments.slice(1));
}
