import type { Touches } from '../../contracts/catalog/runbook.ts';

/**
 * Whether two runbooks may change the same thing of a host, so that one taking its change back could take the other's
 * along. Errs on the side of yes: two paths meet where one lies below the other or a `*` could be the other's name.
 */
export function mayInterfere(one: Touches, other: Touches): boolean {
  return (
    (one.packages && other.packages) ||
    (one.firewall && other.firewall) ||
    (one.auditRules && other.auditRules) ||
    anyPair(one.paths, other.paths, '/') ||
    anyPair(one.services, other.services, '\0') ||
    anyPair(one.kernel, other.kernel, '.')
  );
}

/**
 * Whether two runbooks must not run on one host at a time: they are the same, or may change the same thing, or what one
 * may change is not known any more.
 */
export function excludeEachOther(
  one: string,
  other: string,
  touchesOf: (runbook: string) => Touches | undefined,
): boolean {
  if (one === other) return true;
  const [ours, theirs] = [touchesOf(one), touchesOf(other)];
  return ours === undefined || theirs === undefined || mayInterfere(ours, theirs);
}

function anyPair(ones: readonly string[], others: readonly string[], separator: string): boolean {
  return ones.some((one) => others.some((other) => meet(parts(one, separator), parts(other, separator))));
}

function parts(name: string, separator: string): string[] {
  return name.split(separator).filter((part) => part !== '');
}

/** Whether the shorter of two patterns, part by part, could name what the longer one begins with. */
function meet(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length);
  return Array.from({ length }).every((_, index) => couldBe(one[index] ?? '', other[index] ?? ''));
}

function couldBe(one: string, other: string): boolean {
  if (one === other) return true;
  return matches(one, other) || matches(other, one) || (one.includes('*') && other.includes('*'));
}

function matches(glob: string, name: string): boolean {
  if (!glob.includes('*')) return false;
  const source = glob.replaceAll(/[.+?^${}()|[\]\\]/gu, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'u').test(name);
}
