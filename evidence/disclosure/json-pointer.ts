/** JSON Pointers (RFC 6901), and patterns of them: `*` stands for one member or item, `**` for any number of levels. */

/** The pointer one level down. */
export function pointerTo(parent: string, member: string | number): string {
  return typeof member === 'string' && (member.includes('~') || member.includes('/'))
    ? `${parent}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
    : `${parent}/${member}`;
}

/** Names along a pointer, escapes undone. */
export function pointerSegments(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return pointer.includes('~')
    ? segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    : segments;
}

/** Segments of a pattern. Throws RangeError where it has `**` twice. */
export function patternSegments(pattern: string): string[] {
  const segments = pointerSegments(pattern);
  if (segments.indexOf('**') !== segments.lastIndexOf('**'))
    throw new RangeError(`Pattern ${pattern} has ** twice.`);
  return segments;
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
  const wanted = patternSegments(pattern);
  const segments = pointerSegments(pointer);
  const gap = wanted.indexOf('**');
  if (gap === -1) return segments.length === wanted.length && fitAt(wanted, segments, 0);
  const after = wanted.slice(gap + 1);
  const rest = segments.length - after.length;
  return rest >= gap && fitAt(after, segments, rest) && fitAt(wanted.slice(0, gap), segments, 0);
}
