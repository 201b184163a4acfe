import { identifiersIn } from '../../domain/phi/scrub.ts';
import { isKnownName } from '../../domain/phi/names/lexicon.ts';
import { cultures } from './corpus-names.ts';
import { seededRandom } from '../../test/faults/seeded-random.ts';
import { disguises, type Disguise } from './disguises.ts';
import { evaluate, nameParts, ratioOf } from './evaluate.ts';
import { figuresOf, worstOf } from './floors.ts';
import { generateCorpus, type Label } from './generate-corpus.ts';

test('what is claimed of the detectors holds on a sample of the corpus', () => {
  const corpus = generateCorpus({ seed: 4_711, lines: 2_500, templates: 'both' });
  const evaluation = evaluate(corpus, identifiersIn(corpus.text));
  expect(evaluation.recall.structured.of).toBeGreaterThan(500);
  expect(evaluation.recall.heldOutNames.of).toBeGreaterThan(200);
  expect(evaluation.recall.disguised.of).toBeGreaterThan(100);
  for (const figure of figuresOf(evaluation)) {
    expect({ ...figure, holds: figure.value >= figure.floor }).toEqual({ ...figure, holds: true });
  }
});

test('network addresses are found where they are asked for', () => {
  const corpus = generateCorpus({ seed: 4_712, lines: 1_500, templates: 'both' });
  const addresses = corpus.labels.filter(({ group }) => group === 'network');
  const finds = identifiersIn(corpus.text, { addresses: true });
  const isFound = ({ start, end }: Label) => finds.some((find) => find.start <= start && find.end >= end);
  expect(addresses.length).toBeGreaterThan(30);
  expect(addresses.filter(isFound).length / addresses.length).toBeGreaterThanOrEqual(0.98);
});

test('more than a third of the corpus’s names are in no list of the detectors', () => {
  const names = Object.values(cultures).flatMap(({ given, family }) => [...given, ...family]);
  const unknown = names.filter(
    (name) => !nameParts(name).some((key) => isKnownName(key) || key.split('-').some(isKnownName)),
  );
  expect(names.length).toBeGreaterThan(400);
  expect(unknown.length / names.length).toBeGreaterThan(1 / 3);
});

test('a corpus is the same for the same seed and another for another', () => {
  const options = { lines: 200, templates: 'both' } as const;
  expect(generateCorpus({ seed: 1, ...options })).toEqual(generateCorpus({ seed: 1, ...options }));
  expect(generateCorpus({ seed: 1, ...options }).text).not.toBe(generateCorpus({ seed: 2, ...options }).text);
});

test('labels stand where the identifiers are, disguised ones too', () => {
  const { text, labels } = generateCorpus({ seed: 3, lines: 2_000, templates: 'both' });
  for (const { start, end, plain, disguise } of labels) {
    if (disguise) expect(text.slice(start, end)).not.toBe(plain);
    else expect(text.slice(start, end)).toBe(plain);
  }
  expect(labels.filter(({ disguise }) => disguise).length).toBeGreaterThan(50);
});

test.each(Object.entries(disguises))('%s disguise something', (_name, disguise: Disguise) => {
  const values = [
    '101-45-6789',
    'Jane Carter',
    '42 Elm Street, Springfield',
    '03/14/1962',
    '+1 555 867 5309',
    '3-14-1962',
  ];
  expect(values.map((value) => disguise.wear(value, seededRandom(1, value)))).not.toEqual(values);
});

describe('an evaluation', () => {
  const label = (start: number, end: number, group: Label['group']): Label => ({
    start,
    end,
    group,
    kind: 'x',
    plain: 'Xyzzy',
    disguise: undefined,
    isInProse: true,
  });
  const corpus = {
    text: '0123456789'.repeat(5),
    lines: 1,
    labels: [label(0, 10, 'structured'), label(20, 30, 'name'), label(40, 50, 'timestamp')],
  };

  test('counts an identifier as found only where nothing of it is left', () => {
    const { recall } = evaluate(corpus, [
      { kind: 'ID', start: 0, end: 10 },
      { kind: 'NAME', start: 20, end: 29 },
    ]);
    expect(recall.structured).toEqual({ of: 1, found: 1 });
    expect(recall.namesInProse).toEqual({ of: 1, found: 0 });
    expect(recall.heldOutNames).toEqual({ of: 1, found: 0 });
  });

  test('counts every character removed outside of an identifier against precision, times neither way', () => {
    const { precision, wrong } = evaluate(corpus, [
      { kind: 'ID', start: 5, end: 15 },
      { kind: 'ID', start: 32, end: 35 },
      { kind: 'DATE', start: 40, end: 50 },
    ]);
    expect(precision.characters).toEqual({ of: 13, found: 5 });
    expect(precision.finds).toEqual({ of: 2, found: 1 });
    expect(wrong).toEqual([{ kind: 'ID', start: 32, end: 35 }]);
  });

  test('fails by its worst figure', () => {
    const worst = worstOf(figuresOf(evaluate(corpus, [{ kind: 'ID', start: 0, end: 10 }])));
    expect(worst).toEqual({ name: 'recall of names in free text', value: 0, floor: 0.9 });
    expect(ratioOf({ of: 0, found: 0 })).toBe(1);
  });
});
