import { canonicalJson } from '../canonical-json.ts';
import { encodeHex } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { commitmentOf, type Disclosure, type NewSalt } from './commitment.ts';
import { type Declaration, type DeclaredPlace, rootPlace, type Treatment } from './declaration.ts';
import { mapChildren, visitChildren } from './children.ts';
import { hasBracket, NameReplacer } from './name-references.ts';

export interface CommittedFields {
  /** The value with commitments and references in it: what is signed. */
  readonly committed: unknown;
  /** What opens them, one for each commitment. Never signed, never in the ledger's hashes. */
  readonly disclosures: readonly Disclosure[];
}

/**
 * Hides the declared fields of a predicate behind salted commitments.
 *
 * - A declared name becomes a commitment where it comes first and `{"$same": pointer}` where it comes again.
 * - A field declared as a whole becomes a commitment.
 * - In every other text that is not declared plain, names become references `⟦pointer⟧`. Text that holds an address, a bracket
 *   or a name in another case becomes a commitment as a whole.
 * - An object with a reserved member (`$commitment`, `$same`) becomes a commitment as a whole, and so does a plain field with
 *   such an object or a bracket in it.
 *
 * Names of members are not hidden. Throws CanonicalJsonError for what is not JSON, RangeError for a salt of another length and
 * for a root that cannot be signed.
 */
export function commitFields(
  value: unknown,
  declaration: Declaration,
  newSalt: NewSalt,
  sha256: Sha256,
): CommittedFields {
  const json = JSON.parse(canonicalJson(value)) as unknown;
  const root = rootPlace(declaration);
  const homes = homesOfNames(json, root);
  const names = new NameReplacer(homes);
  const disclosures: Disclosure[] = [];

  const hide = (hidden: unknown, pointer: string): unknown => {
    if (pointer === '') throw new RangeError('The root of a predicate cannot be hidden.');
    const salt = newSalt();
    if (salt.length !== 16) throw new RangeError('A salt has 16 bytes.');
    const disclosure: Disclosure = [encodeHex(salt), pointer, hidden];
    disclosures.push(disclosure);
    return commitmentOf(disclosure, sha256);
  };
  const write = (node: unknown, pointer: string, place: DeclaredPlace): unknown => {
    const { kind } = treatNode(place.treatment, node);
    if (kind === 'plain') return node;
    if (kind === 'whole') return hide(node, pointer);
    if (kind === 'name') {
      const home = typeof node === 'string' ? homes.get(node) : undefined;
      return home === undefined || home === pointer ? hide(node, pointer) : { $same: home };
    }
    if (typeof node === 'string') return names.replace(node) ?? hide(node, pointer);
    return mapChildren(node, pointer, (child, childPointer, member) =>
      write(child, childPointer, place.child(member)),
    );
  };
  return { committed: write(json, '', root), disclosures };
}

/** The declaration's treatment, and what the node itself makes necessary. */
function treatNode(declared: Treatment, node: unknown): Treatment {
  if (declared.kind === 'plain') return looksHidden(node) ? { kind: 'whole' } : declared;
  if (hasReservedMember(node)) return { kind: 'whole' };
  return declared.kind === 'name' && typeof node === 'object' ? { kind: 'text' } : declared;
}

function hasReservedMember(node: unknown): boolean {
  return (
    typeof node === 'object' &&
    node !== null &&
    (Object.hasOwn(node, '$commitment') || Object.hasOwn(node, '$same'))
  );
}

/** Whether a reader would take the node, or something in it, for a commitment or a reference. */
function looksHidden(node: unknown): boolean {
  if (typeof node === 'string') return hasBracket(node);
  if (typeof node !== 'object' || node === null) return false;
  return hasReservedMember(node) || Object.values(node).some(looksHidden);
}

/** Where each name comes first, in the order of the declaration's patterns. */
function homesOfNames(json: unknown, root: DeclaredPlace): Map<string, string> {
  const found: { name: string; pointer: string; rank: number }[] = [];
  const visit = (node: unknown, pointer: string, place: DeclaredPlace) => {
    const treatment = treatNode(place.treatment, node);
    if (treatment.kind === 'text')
      visitChildren(node, pointer, (child, childPointer, member) => {
        visit(child, childPointer, place.child(member));
      });
    // A pointer with a bracket could not be referred to.
    if (treatment.kind === 'name' && typeof node === 'string' && node !== '' && !hasBracket(pointer))
      found.push({ name: node, pointer, rank: treatment.rank });
  };
  visit(json, '', root);
  found.sort((a, b) => a.rank - b.rank);
  const homes = new Map<string, string>();
  for (const { name, pointer } of found) if (!homes.has(name)) homes.set(name, pointer);
  return homes;
}
