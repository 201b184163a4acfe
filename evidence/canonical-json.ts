import { encodeUtf8 } from './bytes.ts';
import { type JsonShape, rootShape, shapeOf } from './json-shape.ts';
import { CanonicalJsonError, hasControlByte, quoteString } from './json-string.ts';

/** Nesting beyond which a value is refused; a cycle ends here too. */
export const maxDepth = 500;

/**
 * The canonical JSON text of `value` (RFC 8785, JCS): members sorted by UTF-16 code units, numbers as ECMAScript prints
 * them, no white space. Members that are `undefined` are left out, as JSON.stringify does.
 *
 * Throws CanonicalJsonError for NaN, infinities, lone surrogates, `undefined` in arrays, cycles and everything that is
 * not plain JSON (dates, maps, functions, big integers).
 */
export function canonicalJson(value: unknown): string {
  const text = write(value, false);
  return hasUnquoted(text) ? write(value, true) : text;
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const unquoted = /[\u0000-\u001f]/;

function hasUnquoted(text: string): boolean {
  return unquoted.test(text) || !text.isWellFormed();
}

/** UTF-8 of `canonicalJson(value)`, which is what is hashed and signed; faster than encoding that text. */
export function canonicalBytes(value: unknown): Uint8Array {
  const text = write(value, false);
  const bytes = encodeUtf8(text);
  if (!hasControlByte(bytes) && text.isWellFormed()) return bytes;
  return encodeUtf8(write(value, true));
}

/**
 * Whether a string holds what text of people and machines usually has to have escaped. Other control characters and lone
 * surrogates are looked for once, in the whole document, which is then written again with every string checked: a full
 * test of every single one would cost more than all the writing.
 */
function needsEscape(text: string): boolean {
  return text.includes('"') || text.includes('\\') || text.includes('\n');
}

/** Values of the objects being written, so that they need not be looked up a second time by name. */
const values: unknown[] = [];
let valuesUsed = 0;

function write(value: unknown, isCareful: boolean): string {
  const base = valuesUsed;
  try {
    return writeValue(value, isCareful, rootShape, 0, 0);
  } finally {
    valuesUsed = base;
  }
}

function writeValue(
  value: unknown,
  isCareful: boolean,
  owner: JsonShape,
  member: number,
  depth: number,
): string {
  switch (typeof value) {
    case 'string':
      return isCareful || needsEscape(value) ? quoteString(value) : '"' + value + '"';
    case 'number':
      if (Number.isFinite(value)) return String(value);
      throw new CanonicalJsonError('number_not_finite', `${value} has no JSON form.`);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth === maxDepth) {
        throw new CanonicalJsonError(
          'too_deep',
          `The value is nested over ${maxDepth} levels deep or cyclic.`,
        );
      }
      return Array.isArray(value)
        ? writeArray(value, isCareful, owner, member, depth + 1)
        : writeObject(value, isCareful, owner, member, depth + 1);
    default:
      throw new CanonicalJsonError('not_a_json_value', `A ${typeof value} has no JSON form.`);
  }
}

function writeArray(
  items: readonly unknown[],
  isCareful: boolean,
  owner: JsonShape,
  member: number,
  depth: number,
): string {
  if (items.length === 0) return '[]';
  let text = '';
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) {
      throw new CanonicalJsonError('undefined_in_array', 'An array holds undefined, which has no JSON form.');
    }
    text += (index === 0 ? '[' : ',') + writeValue(item, isCareful, owner, member, depth);
  }
  return text + ']';
}

function writeObject(
  object: object,
  isCareful: boolean,
  owner: JsonShape,
  member: number,
  depth: number,
): string {
  const base = valuesUsed;
  const shape = readMembers(object as Record<string, unknown>, owner.children[member]);
  if (shape.size === 0) return '{}';
  owner.children[member] = shape;
  valuesUsed = base + shape.size;
  let text = '';
  for (let index = 0; index < shape.size; index++) {
    const value = values[base + (shape.order[index] ?? 0)];
    const opening = shape.openings[index] ?? '';
    if (typeof value === 'string') {
      // Written out here: most values are such strings, and each joint saved is time saved in joining them.
      if (isCareful || needsEscape(value)) text += opening + quoteString(value);
      else text += (shape.openingQuotes[index] ?? '') + value + '"';
    } else if (value === undefined) {
      valuesUsed = base;
      return writeObject(withoutUndefined(object), isCareful, owner, member, depth);
    } else {
      text += opening + writeValue(value, isCareful, shape, index, depth);
    }
  }
  valuesUsed = base;
  return text + '}';
}

/**
 * Puts the member values of `object` on the stack in their own order and returns the object's shape. An object of the
 * `expected` shape, which most are, is read in one pass over the engine's own list of its members.
 */
function readMembers(object: Record<string, unknown>, expected: JsonShape | undefined): JsonShape {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new CanonicalJsonError('not_a_json_value', `A ${object.constructor.name} has no JSON form.`);
  }
  if (expected !== undefined) {
    let count = 0;
    for (const key in object) {
      if (key !== expected.keys[count]) {
        count = -1;
        break;
      }
      values[valuesUsed + count++] = object[key];
    }
    if (count === expected.size) return expected;
  }
  const keys = Object.keys(object);
  let count = 0;
  for (const key of keys) values[valuesUsed + count++] = object[key];
  return shapeOf(keys);
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
