/**
 * References to committed names inside text: `⟦/host⟧` stands for the value of the commitment at that JSON Pointer. Text that
 * holds either bracket of its own is never written with references, so there is nothing to escape.
 */

const bracket = /[⟦⟧]/u;
const reference = /⟦([^⟦⟧]*)⟧/gu;

/** Whether the text could be taken for one with references. */
export function hasBracket(text: string): boolean {
  return bracket.test(text);
}

/** JSON Pointers that a text refers to, or undefined where a bracket is not part of a reference. */
export function referencesIn(text: string): string[] | undefined {
  if (hasBracket(text.replaceAll(reference, ''))) return undefined;
  return Array.from(text.matchAll(reference), ([, pointer = '']) => pointer);
}

/** The text with each reference replaced that `valueOf` knows a value of. */
export function resolveReferences(text: string, valueOf: (pointer: string) => string | undefined): string {
  return text.replaceAll(reference, (whole, pointer: string) => valueOf(pointer) ?? whole);
}

/**
 * Whether text names an address by its form: IPv4, IPv6, a hardware address or an e-mail address. Takes some things for
 * addresses that are none, as a version of four numbers, and those are hidden in vain.
 */
export function holdsAddress(text: string): boolean {
  return addresses.some((address) => address.test(text));
}

const addresses = [
  /\d{1,3}(?:\.\d{1,3}){3}/,
  /::/,
  /(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}/i,
  /(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}/i,
  /\S@\S/,
];

/** Writes text with references in place of names. */
export class NameReplacer {
  readonly #pointers: ReadonlyMap<string, string>;
  readonly #exact: RegExp | undefined;
  readonly #anyCase: RegExp | undefined;

  /** @param pointers where each name's commitment is */
  constructor(pointers: ReadonlyMap<string, string>) {
    this.#pointers = pointers;
    if (pointers.size === 0) return;
    // Of two names that begin alike the longer must be found.
    const names = [...pointers.keys()].sort((a, b) => b.length - a.length);
    const any = `(?<![\\p{L}\\p{N}])(?:${names.map(escapePattern).join('|')})(?![\\p{L}\\p{N}])`;
    this.#exact = new RegExp(any, 'gu');
    this.#anyCase = new RegExp(any, 'iu');
  }

  /**
   * The text with names replaced, or undefined where it must be hidden as a whole: it has a bracket of its own, an address, or
   * a name in another case, which a reference could not give back.
   */
  replace(text: string): string | undefined {
    if (hasBracket(text)) return undefined;
    const replaced = this.#exact
      ? text.replaceAll(this.#exact, (name) => `⟦${this.#pointers.get(name) ?? ''}⟧`)
      : text;
    const rest = replaced.replaceAll(reference, '\n');
    if (holdsAddress(rest) || this.#anyCase?.test(rest)) return undefined;
    return replaced;
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
