import { patternSegments } from './json-pointer.ts';

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

/** A place in a predicate as a declaration sees it: what is done with the node there, and the places one level down. */
export interface DeclaredPlace {
  readonly treatment: Treatment;
  child(segment: string): DeclaredPlace;
}

/** Where predicates begin. The same declaration gives the same place, which remembers what was looked at before. */
export function rootPlace(declaration: Declaration): DeclaredPlace {
  const known = roots.get(declaration);
  if (known) return known;
  const root = rootOf(declaration);
  roots.set(declaration, root);
  return root;
}

const roots = new WeakMap<Declaration, DeclaredPlace>();

const anywhere = '**';
const text: Treatment = { kind: 'text' };

interface Pattern {
  readonly segments: readonly string[];
  readonly treatment: Treatment;
}

/** How far one pattern is followed: `at` of its segments are behind. */
interface Progress {
  readonly pattern: Pattern;
  readonly at: number;
}

/**
 * Patterns are followed all at once, down from the root: a place is the set of how far each of them fits. There are few such
 * sets, whatever the predicate, so each is made once; the first pattern that ends at a place says what is done there.
 */
function rootOf({ names, whole, plain }: Declaration): DeclaredPlace {
  const patterns: readonly Pattern[] = [
    ...plain.map((pattern) => ({ pattern, treatment: { kind: 'plain' } as const })),
    ...whole.map((pattern) => ({ pattern, treatment: { kind: 'whole' } as const })),
    ...names.map((pattern, rank) => ({ pattern, treatment: { kind: 'name', rank } as const })),
  ].map(({ pattern, treatment }) => ({ segments: patternSegments(pattern), treatment }));
  const named = new Set(patterns.flatMap(({ segments }) => segments));
  const places = new Map<string, DeclaredPlace>();

  const placeOf = (followed: readonly Progress[]): DeclaredPlace => {
    const key = followed.map(({ pattern, at }) => `${patterns.indexOf(pattern)}:${at}`).join(' ');
    const known = places.get(key);
    if (known) return known;
    const children = new Map<string, DeclaredPlace>();
    /** What no pattern names goes one way. */
    let other: DeclaredPlace | undefined;
    const place: DeclaredPlace = {
      treatment:
        followed.find(({ pattern, at }) => at === pattern.segments.length)?.pattern.treatment ?? text,
      child: (segment) => {
        if (!named.has(segment)) return (other ??= placeOf(followed.flatMap((each) => step(each, segment))));
        const child = children.get(segment) ?? placeOf(followed.flatMap((each) => step(each, segment)));
        children.set(segment, child);
        return child;
      },
    };
    places.set(key, place);
    return place;
  };
  return placeOf(patterns.flatMap((pattern) => arrive({ pattern, at: 0 })));
}

/** Where a pattern can be after one more segment; nowhere if it does not fit. */
function step({ pattern, at }: Progress, segment: string): Progress[] {
  const wanted = pattern.segments[at];
  if (wanted === anywhere) return arrive({ pattern, at });
  return wanted === '*' || wanted === segment ? arrive({ pattern, at: at + 1 }) : [];
}

/** `**` may stand for no level at all. */
function arrive(progress: Progress): Progress[] {
  const { pattern, at } = progress;
  return pattern.segments[at] === anywhere ? [progress, ...arrive({ pattern, at: at + 1 })] : [progress];
}
