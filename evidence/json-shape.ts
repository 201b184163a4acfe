import { quoteString } from './json-string.ts';

/**
 * The member names of an object in the order they were set, with what their canonical form needs worked out once.
 * Records of one kind have few shapes, so sorting and quoting names is paid for once a shape and not once an object.
 */
export class JsonShape {
  /** Names in the order they were set. */
  readonly keys: readonly string[];
  readonly size: number;
  /** Positions in `keys`, in canonical order (UTF-16 code units, RFC 8785 3.2.3). */
  readonly order: readonly number[];
  /** In canonical order: what stands before the value, as `{"id":` or `,"name":`. */
  readonly openings: readonly string[];
  /** The same with the quote that opens a string: `{"id":"`. */
  readonly openingQuotes: readonly string[];
  /** In canonical order: the shape last seen as this member's value, or its items: a guess at the next one. */
  readonly children: (JsonShape | undefined)[];

  constructor(keys: readonly string[]) {
    const byName = keys.map((name, position) => ({ name, position }));
    byName.sort((a, b) => (a.name < b.name ? -1 : 1));
    this.keys = keys;
    this.size = keys.length;
    this.order = byName.map(({ position }) => position);
    this.openings = byName.map(({ name }, index) => `${index === 0 ? '{' : ','}${quoteString(name)}:`);
    this.openingQuotes = this.openings.map((opening) => `${opening}"`);
    this.children = keys.map(() => undefined);
  }
}

/** Where the guess for the outermost value is kept. */
export const rootShape = new JsonShape(['']);

/** Names come from hosts too (facts), so what is remembered is bounded. */
const maxShapes = 1_000;
const shapesByFirstName = new Map<string, JsonShape[]>();
let shapeCount = 0;

/** The shape of an object with these own names, in this order. Throws CanonicalJsonError for a name with a lone surrogate. */
export function shapeOf(keys: readonly string[]): JsonShape {
  const firstName = keys[0] ?? '';
  const known = shapesByFirstName.get(firstName)?.find((shape) => sameNames(shape.keys, keys));
  if (known) return known;
  if (shapeCount >= maxShapes) forgetShapes();
  const shape = new JsonShape(keys);
  const siblings = shapesByFirstName.get(firstName);
  if (siblings) siblings.push(shape);
  else shapesByFirstName.set(firstName, [shape]);
  shapeCount++;
  return shape;
}

function forgetShapes(): void {
  shapesByFirstName.clear();
  rootShape.children[0] = undefined;
  shapeCount = 0;
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}
