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
  readonly #names: readonly { readonly name: string; readonly folded: string; readonly reference: string }[];

  /** @param pointers where each name's commitment is; no name is empty */
  constructor(pointers: ReadonlyMap<string, string>) {
    this.#names = [...pointers]
      .map(([name, pointer]) => ({ name, folded: foldCase(name), reference: `⟦${pointer}⟧` }))
      // Of two names that begin alike the longer must be found.
      .sort((a, b) => b.name.length - a.name.length);
  }

  /**
   * The text with names replaced, or undefined where it must be hidden as a whole: it has a bracket of its own, an address, or
   * a name in another case, which a reference could not give back. A name within a longer word is none.
   */
  replace(text: string): string | undefined {
    if (hasBracket(text)) return undefined;
    const { replaced, rest } = this.#replaceExact(text);
    return holdsAddress(rest) || this.#isNamed(rest) ? undefined : replaced;
  }

  /** The text with references, and with a line's end where a reference stands. */
  #replaceExact(text: string): { replaced: string; rest: string } {
    let found = this.#names.flatMap((each) => {
      const at = findAlone(text, each.name, 0);
      return at === -1 ? [] : [{ ...each, at }];
    });
    if (found.length === 0) return { replaced: text, rest: text };
    let replaced = '';
    let rest = '';
    let end = 0;
    while (found.length > 0) {
      const next = found.reduce((first, other) => (other.at < first.at ? other : first));
      const before = text.slice(end, next.at);
      replaced += before + next.reference;
      rest += before + '\n';
      end = next.at + next.name.length;
      found = found.flatMap((each) => {
        const at = each.at < end ? findAlone(text, each.name, end) : each.at;
        return at === -1 ? [] : [{ ...each, at }];
      });
    }
    return { replaced: replaced + text.slice(end), rest: rest + text.slice(end) };
  }

  /** Whether a name stands in the text in whatever case. */
  #isNamed(text: string): boolean {
    const folded = foldCase(text);
    // Where a letter became several, places no longer compare, and a name within a word is taken for one by itself.
    return this.#names.some((name) =>
      folded.length === text.length
        ? findAlone(folded, name.folded, 0, text) !== -1
        : folded.includes(name.folded),
    );
  }
}

/** Alike for all texts that differ in case alone, at least for those that differ by Unicode's simple case folding. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** Where `name` stands next without a letter or digit beside it in `original`, or -1. */
function findAlone(text: string, name: string, from: number, original = text): number {
  let at = text.indexOf(name, from);
  while (at !== -1) {
    const end = at + name.length;
    if (
      !wordEnd.test(original.slice(Math.max(at - 2, 0), at)) &&
      !wordStart.test(original.slice(end, end + 2))
    )
      return at;
    at = text.indexOf(name, at + 1);
  }
  return -1;
}

const wordEnd = /[\p{L}\p{N}]$/u;
const wordStart = /^[\p{L}\p{N}]/u;
