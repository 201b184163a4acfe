/** Whether a rule's `check`, exact or a prefix ending in `.*`, covers a check. */
export function coversCheck(pattern: string, check: string): boolean {
  return pattern.endsWith('.*') ? check.startsWith(pattern.slice(0, -1)) : check === pattern;
}
