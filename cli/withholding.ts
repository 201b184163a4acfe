import { canonicalJson } from '../evidence/canonical-json.ts';
import type { Disclosure } from '../evidence/disclosure/commitment.ts';
import { fitsPattern } from '../evidence/disclosure/json-pointer.ts';
import { holdsAddress } from '../evidence/disclosure/name-references.ts';
import { withhold } from '../evidence/disclosure/withhold.ts';
import { incidentDeclaration } from '../evidence/statements/incident-v2.ts';
import { scanDeclaration } from '../evidence/statements/scan-v1.ts';

/** What an export can keep back (H6). */
export const withholdables = ['hosts', 'users', 'addresses'] as const;
export type Withholdable = (typeof withholdables)[number];

const names = [...incidentDeclaration.names, ...scanDeclaration.names];
const hostNames = names.filter((pattern) => pattern.endsWith('/host'));
/** People by their decisions and by what they wrote and signed in with. */
const userNames = [...names.filter((pattern) => !pattern.endsWith('/host')), '/story/**/credential'];

/** Whether a place of a statement has the name of a host. */
export function namesHost(place: string): boolean {
  return hostNames.some((pattern) => fitsPattern(pattern, place));
}

/** The kinds that `--withhold hosts,users` names; undefined where one is none. */
export function parseWithholding(text: string): Withholdable[] | undefined {
  const kinds = text.split(',');
  return kinds.every((kind): kind is Withholdable => (withholdables as readonly string[]).includes(kind))
    ? kinds
    : undefined;
}

/**
 * The disclosures that are left when those kinds are kept back. What holds a name that is kept back goes, too, wherever it stands;
 * where hosts or users are kept back, so is whatever came from hosts as a whole, since it may name them in ways nobody foresaw.
 */
export function withoutKinds(
  disclosures: readonly Disclosure[],
  kinds: readonly Withholdable[],
): readonly Disclosure[] {
  if (kinds.length === 0) return disclosures;
  const fits = (patterns: readonly string[], path: string) =>
    patterns.some((pattern) => fitsPattern(pattern, path));
  const isKept = (path: string, value: unknown) =>
    (kinds.includes('hosts') && fits(hostNames, path)) ||
    (kinds.includes('users') && fits(userNames, path)) ||
    (kinds.includes('addresses') && holdsAddress(canonicalJson(value))) ||
    ((kinds.includes('hosts') || kinds.includes('users')) && fits(incidentDeclaration.whole, path));
  return withhold(disclosures, isKept, { names, whole: [], plain: [] });
}
