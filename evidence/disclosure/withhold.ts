import { canonicalJson } from '../canonical-json.ts';
import type { Disclosure } from './commitment.ts';
import type { Declaration } from './declaration.ts';
import { fitsPattern } from './json-pointer.ts';

/**
 * The disclosures without those that `isWithheld` chooses. Where a chosen one is a declared name, every other goes too whose
 * value holds that name in whatever case: a host kept back at one place and named by a fact at another would not be kept back.
 */
export function withhold(
  disclosures: readonly Disclosure[],
  isWithheld: (path: string, value: unknown) => boolean,
  { names }: Declaration,
): Disclosure[] {
  const chosen = new Set(disclosures.filter(([, path, value]) => isWithheld(path, value)));
  const secrets = [...chosen].flatMap(([, path, value]) =>
    typeof value === 'string' && value !== '' && names.some((pattern) => fitsPattern(pattern, path))
      ? [JSON.stringify(value).slice(1, -1).toLowerCase()]
      : [],
  );
  return disclosures.filter((disclosure) => {
    if (chosen.has(disclosure)) return false;
    const text = canonicalJson(disclosure[2]).toLowerCase();
    return !secrets.some((secret) => text.includes(secret));
  });
}
