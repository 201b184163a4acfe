import { mapChildren } from './children.ts';
import { resolveReferences } from './name-references.ts';

/**
 * The predicate with every disclosed value in its place and every reference to one resolved. What was kept back stays as it was
 * signed: a commitment, or a reference to one. Values are taken as they are, whatever they look like.
 *
 * @param disclosed values by JSON Pointer, as `verifyDisclosures` found them genuine
 */
export function openPredicate(predicate: unknown, disclosed: ReadonlyMap<string, unknown>): unknown {
  const textAt = (pointer: string) => {
    const value = disclosed.get(pointer);
    return typeof value === 'string' ? value : undefined;
  };
  const open = (node: unknown, pointer: string): unknown => {
    if (typeof node === 'string') return resolveReferences(node, textAt);
    if (typeof node === 'object' && node !== null) {
      if (Object.hasOwn(node, '$commitment')) return disclosed.has(pointer) ? disclosed.get(pointer) : node;
      const same = (node as { $same?: unknown }).$same;
      if (Object.hasOwn(node, '$same') && typeof same === 'string')
        return disclosed.has(same) ? disclosed.get(same) : node;
    }
    return mapChildren(node, pointer, open);
  };
  return open(predicate, '');
}
