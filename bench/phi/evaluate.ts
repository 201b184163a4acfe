import type { Find } from '../../domain/phi/run-detectors.ts';
import { isKnownName, keyOf } from '../../domain/phi/names/lexicon.ts';
import type { Corpus, Label } from './generate-corpus.ts';

/** So many of so many. */
export interface Share {
  of: number;
  found: number;
}

/** What the detectors made of a corpus. */
export interface Evaluation {
  /** Identifiers of which no character is left, of all of them, by what they are. */
  recall: {
    structured: Share;
    namesInProse: Share;
    /** Names no part of which is in the dictionary; in prose. */
    heldOutNames: Share;
    placesInProse: Share;
    namesInFields: Share;
    placesInFields: Share;
    disguised: Share;
    timestamps: Share;
  };
  /** Characters of identifiers of all characters removed, and finds that touch an identifier of all finds. */
  precision: { characters: Share; finds: Share };
  /** By placeholder, and by disguise. */
  byKind: Record<string, Share>;
  byDisguise: Record<string, Share>;
  missed: Label[];
  /** Finds that touch no identifier. */
  wrong: Find[];
}

export const ratioOf = ({ found, of }: Share) => (of === 0 ? 1 : found / of);

/** Compares finds with labels. Log lines' own times and network addresses count neither for nor against precision. */
export function evaluate({ text, labels }: Corpus, finds: readonly Find[]): Evaluation {
  const removed = new Uint8Array(text.length);
  for (const { start, end } of finds) removed.fill(1, start, end);
  const labelled = new Uint8Array(text.length);
  for (const { start, end, group } of labels) labelled.fill(isCounted(group) ? 1 : 2, start, end);

  const isGone = ({ start, end }: Label) => removed.subarray(start, end).every(Boolean);
  const shareOf = (some: readonly Label[]): Share => ({ of: some.length, found: some.filter(isGone).length });
  const counted = labels.filter(({ group }) => isCounted(group));
  const inGroup = (group: string, isInProse: boolean) =>
    counted.filter((label) => label.group === group && label.isInProse === isInProse);
  const namesInProse = inGroup('name', true);

  const characters = { of: 0, found: 0 };
  for (let index = 0; index < text.length; index += 1) {
    if (!removed[index] || labelled[index] === 2) continue;
    characters.of += 1;
    if (labelled[index] === 1) characters.found += 1;
  }
  const touches = ({ start, end }: Find, value: number) => labelled.subarray(start, end).includes(value);
  const judgedFinds = finds.filter((find) => touches(find, 1) || !touches(find, 2));
  const wrong = judgedFinds.filter((find) => !touches(find, 1));

  return {
    recall: {
      structured: shareOf(counted.filter(({ group }) => group === 'structured')),
      namesInProse: shareOf(namesInProse),
      heldOutNames: shareOf(namesInProse.filter(({ plain }) => isHeldOut(plain))),
      placesInProse: shareOf(inGroup('place', true)),
      namesInFields: shareOf(inGroup('name', false)),
      placesInFields: shareOf(inGroup('place', false)),
      disguised: shareOf(counted.filter(({ disguise }) => disguise !== undefined)),
      timestamps: shareOf(labels.filter(({ group }) => group === 'timestamp')),
    },
    precision: { characters, finds: { of: judgedFinds.length, found: judgedFinds.length - wrong.length } },
    byKind: sharesBy(counted, ({ kind }) => kind, shareOf),
    byDisguise: sharesBy(counted, ({ disguise }) => disguise, shareOf),
    missed: counted.filter((label) => !isGone(label)),
    wrong,
  };
}

/** The words of a name that could be in a dictionary. */
export function nameParts(name: string): string[] {
  return (name.match(/\p{L}[\p{L}\p{M}'’-]+/gu) ?? [])
    .map(keyOf)
    .filter((key) => !['bin', 'al', 'el'].includes(key));
}

/** Whether the detectors' dictionary has no part of a name, hyphenated ones with and without their first part. */
export function isHeldOut(name: string): boolean {
  return nameParts(name).every((key) => !isKnownName(key) && !key.split('-').some(isKnownName));
}

function isCounted(group: string): boolean {
  return group !== 'timestamp' && group !== 'network';
}

function sharesBy(
  labels: readonly Label[],
  keyOfLabel: (label: Label) => string | undefined,
  shareOf: (some: readonly Label[]) => Share,
): Record<string, Share> {
  const groups = Map.groupBy(labels, keyOfLabel);
  return Object.fromEntries(
    [...groups].flatMap(([key, some]) => (key === undefined ? [] : [[key, shareOf(some)] as const])),
  );
}
