import { ratioOf, type Evaluation } from './evaluate.ts';

/** A figure of an evaluation, from 0 to 1, and the least that is claimed of it. */
export interface Figure {
  name: string;
  value: number;
  floor: number;
}

/** What is claimed of the detectors. Precision is by removed characters. */
export function figuresOf({ recall, precision }: Evaluation): Figure[] {
  return [
    { name: 'recall of structured identifiers', value: ratioOf(recall.structured), floor: 0.98 },
    { name: 'recall of names in free text', value: ratioOf(recall.namesInProse), floor: 0.9 },
    { name: 'recall of places in free text', value: ratioOf(recall.placesInProse), floor: 0.9 },
    { name: 'recall of names in fields', value: ratioOf(recall.namesInFields), floor: 0.9 },
    { name: 'recall of places in fields', value: ratioOf(recall.placesInFields), floor: 0.9 },
    { name: 'precision', value: ratioOf(precision.characters), floor: 0.95 },
  ];
}

/** The figure that is least of its floor. Throws a RangeError where there is none. */
export function worstOf(figures: readonly Figure[]): Figure {
  const worst = figures.toSorted((a, b) => a.value / a.floor - b.value / b.floor)[0];
  if (!worst) throw new RangeError('the worst of no figures');
  return worst;
}
