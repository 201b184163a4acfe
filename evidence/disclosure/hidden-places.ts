import { commitmentSchema, sameValueSchema } from './commitment.ts';
import { visitChildren } from './children.ts';
import { referencesIn } from './name-references.ts';

export type HiddenPlaces =
  | {
      readonly ok: true;
      /** Commitment (hex) by JSON Pointer. */ readonly commitments: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * All commitments of a predicate. Refused where a reserved member stands in an object of another form, where two places have
 * one commitment (as RFC 9901 section 7.1 does), or where a reference leads to no commitment.
 */
export function findHidden(predicate: unknown): HiddenPlaces {
  const commitments = new Map<string, string>();
  const targets: { pointer: string; target: string }[] = [];
  let reason: string | undefined;
  const visit = (node: unknown, pointer: string): void => {
    if (typeof node === 'string') {
      const references = referencesIn(node);
      if (!references) reason ??= `${pointer}: a bracket belongs to no reference`;
      for (const target of references ?? []) targets.push({ pointer, target });
      return;
    }
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      visitChildren(node, pointer, visit);
    } else if (Object.hasOwn(node, '$commitment')) {
      const commitment = commitmentSchema.safeParse(node);
      if (commitment.success) commitments.set(pointer, commitment.data.$commitment);
      else reason ??= `${pointer}: a commitment of another form`;
    } else if (Object.hasOwn(node, '$same')) {
      const same = sameValueSchema.safeParse(node);
      if (same.success) targets.push({ pointer, target: same.data.$same });
      else reason ??= `${pointer}: a reference of another form`;
    } else {
      visitChildren(node, pointer, visit);
    }
  };
  visit(predicate, '');
  const stray = targets.find(({ target }) => !commitments.has(target));
  if (stray) reason ??= `${stray.pointer}: refers to ${stray.target}, where nothing is hidden`;
  if (new Set(commitments.values()).size !== commitments.size)
    reason ??= 'one commitment stands at two places';
  return reason === undefined ? { ok: true, commitments } : { ok: false, reason };
}
