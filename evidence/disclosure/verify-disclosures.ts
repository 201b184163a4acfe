import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import { commitmentOf, type Disclosure, saltSchema } from './commitment.ts';
import { findHidden } from './hidden-places.ts';

/**
 * - `commitments_malformed`: the signed predicate itself has commitments or references of a wrong form
 * - `disclosure_malformed`: not `[salt, path, value]`
 * - `disclosure_repeated`: there was one for this place before
 * - `disclosure_unplaced`: nothing is hidden at its place
 * - `disclosure_misplaced`: it opens the commitment of another place, which the message names
 * - `disclosure_changed`: it opens no commitment of this predicate; its salt, value or place was changed
 */
export type DisclosureProblemCode =
  | 'commitments_malformed'
  | 'disclosure_malformed'
  | 'disclosure_repeated'
  | 'disclosure_unplaced'
  | 'disclosure_misplaced'
  | 'disclosure_changed';

export interface DisclosureProblem {
  readonly code: DisclosureProblemCode;
  /** Which disclosure, from 0; absent where the predicate is at fault. */
  readonly index?: number;
  /** Its place, as it says. */
  readonly path?: string;
  /** One sentence for people. */
  readonly message: string;
}

export interface DisclosureVerdict {
  /** Whether every disclosure given is genuine. Those kept back are no problem. */
  readonly ok: boolean;
  /** Values by place that were committed to. */
  readonly disclosed: ReadonlyMap<string, unknown>;
  /** Places whose values were kept back. */
  readonly withheld: readonly string[];
  readonly problems: readonly DisclosureProblem[];
}

const formSchema = z.tuple([saltSchema, z.string().max(1_000), z.unknown()]);
const listSchema = z.array(z.unknown()).max(100_000);

/** Disclosures that fit nowhere are tried at every other place, which must not become a way to keep a verifier busy. */
const maxSearches = 100;

/** Judges disclosures from an untrusted source against a predicate whose signature is the caller's to verify. Never throws. */
export function verifyDisclosures(
  { predicate }: { readonly predicate: unknown },
  disclosures: unknown,
  sha256: Sha256,
): DisclosureVerdict {
  const disclosed = new Map<string, unknown>();
  const hidden = findHidden(predicate);
  if (!hidden.ok) {
    const message = `The predicate hides its fields in a wrong way: ${hidden.reason}.`;
    return { ok: false, disclosed, withheld: [], problems: [{ code: 'commitments_malformed', message }] };
  }
  const { commitments } = hidden;
  const problems: DisclosureProblem[] = [];
  const list = listSchema.safeParse(disclosures);
  if (!list.success) problems.push({ code: 'disclosure_malformed', message: 'The disclosures are no list.' });

  const seen = new Set<string>();
  let searches = 0;
  (list.data ?? []).forEach((item, index) => {
    const disclosure = readDisclosure(item);
    if (!disclosure) {
      problems.push({
        code: 'disclosure_malformed',
        index,
        message: 'It is not a salt, a place and a value.',
      });
      return;
    }
    const [salt, path, value] = disclosure;
    const report = (code: DisclosureProblemCode, message: string) => {
      problems.push({ code, index, path, message });
    };
    if (seen.has(path)) {
      report('disclosure_repeated', `There is more than one disclosure for ${path}.`);
      return;
    }
    seen.add(path);
    const opens = (place: string) =>
      commitmentOf([salt, place, value], sha256).$commitment === commitments.get(place);
    if (commitments.has(path) && opens(path)) {
      disclosed.set(path, value);
      return;
    }
    const origin = searches++ < maxSearches ? [...commitments.keys()].find(opens) : undefined;
    if (origin !== undefined) report('disclosure_misplaced', `It belongs to ${origin}, not to ${path}.`);
    else if (commitments.has(path))
      report('disclosure_changed', `Salt or value is not what was committed to at ${path}.`);
    else report('disclosure_unplaced', `Nothing is hidden at ${path}.`);
  });
  const withheld = [...commitments.keys()].filter((path) => !disclosed.has(path));
  return { ok: problems.length === 0, disclosed, withheld, problems };
}

function readDisclosure(item: unknown): Disclosure | undefined {
  const form = formSchema.safeParse(item);
  if (!form.success || !Array.isArray(item) || item.length !== 3) return undefined;
  try {
    canonicalJson(item);
  } catch {
    return undefined;
  }
  // Not zod's copy: what was committed to is the value as it came.
  return item as unknown as Disclosure;
}
