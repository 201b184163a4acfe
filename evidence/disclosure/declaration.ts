import { fitsSegments, parsePattern, pointerSegments } from './json-pointer.ts';

/**
 * What of a predicate is hidden, as patterns of JSON Pointers (`*` one level, `**` any number). The order of `names` matters:
 * the first place that holds a name gets the commitment, the others refer to it.
 */
export interface Declaration {
  /** Values that are the name of a host or a person, or an address. In all other text they are replaced, too. */
  readonly names: readonly string[];
  /** Values that are hidden as a whole, whatever they are: what came from hosts and what people wrote. */
  readonly whole: readonly string[];
  /** Values that stay as they are, even where they happen to be spelled like a name: ids, states and times. */
  readonly plain: readonly string[];
}

/** What is done with a node. */
export type Treatment =
  | { readonly kind: 'plain' | 'whole' | 'text' }
  | { readonly kind: 'name'; /** Which pattern of `names` it fits first. */ readonly rank: number };

/** Says by the declaration alone what is done with the node at a pointer; the declaration is taken apart once. */
export function treatments({ names, whole, plain }: Declaration): (pointer: string) => Treatment {
  const parsed = {
    names: names.map(parsePattern),
    whole: whole.map(parsePattern),
    plain: plain.map(parsePattern),
  };
  return (pointer) => {
    const segments = pointerSegments(pointer);
    if (parsed.plain.some((pattern) => fitsSegments(pattern, segments))) return { kind: 'plain' };
    if (parsed.whole.some((pattern) => fitsSegments(pattern, segments))) return { kind: 'whole' };
    const rank = parsed.names.findIndex((pattern) => fitsSegments(pattern, segments));
    return rank === -1 ? { kind: 'text' } : { kind: 'name', rank };
  };
}
