import { createHmac } from 'node:crypto';
import { createScrubber, identifiersIn } from '../domain/phi/scrub.ts';
import type { BenchContext } from './bench-context.ts';
import { evaluate, ratioOf, type Evaluation } from './phi/evaluate.ts';
import { figuresOf, worstOf } from './phi/floors.ts';
import { generateCorpus, type CorpusOptions } from './phi/generate-corpus.ts';
import { median, type BenchResult } from './result.ts';

/** Another seed than any that the patterns were written with. */
const seed = 20_261_127;
const lines = 12_000;
const rounds = 3;

/**
 * What the scrubber removes of a labelled corpus of 12,000 lines: recall and precision against their floors, and the speed.
 * The ratio is that of the worst figure over its floor. The same is told of the templates that were written after the patterns.
 */
export async function run({ say }: BenchContext): Promise<BenchResult> {
  const corpus = generateCorpus({ seed, lines, templates: 'both' });
  const evaluation = evaluate(corpus, identifiersIn(corpus.text));
  const figures = figuresOf(evaluation);
  say(`corpus: ${lines} lines, ${corpus.labels.length} identifiers, seed ${seed}`);
  for (const { name, value, floor } of figures) say(`${name}: ${value.toFixed(4)} (at least ${floor})`);
  tell(evaluation, say);
  for (const templates of ['early', 'late'] as const)
    tellPart({ seed: seed + 1, lines: 6_000, templates }, say);

  const speed = megabytesPerSecond(corpus.text);
  say(`${speed.toFixed(2)} MB for a second of processor time, hashes included`);
  const worst = worstOf(figures);
  return {
    name: 'phi',
    ratio: worst.value / worst.floor,
    floor: 1,
    higherIsBetter: true,
    ours: worst.value,
    reference: worst.floor,
    unit: `as ${worst.name}`,
    figures: {
      ...Object.fromEntries(figures.map(({ name, value }) => [name, value])),
      'MB for a CPU second': speed,
    },
  };
}

function tell({ recall, precision, byKind, byDisguise }: Evaluation, say: BenchContext['say']): void {
  say(
    `recall of names in free text of which no part is in the dictionary: ${ratioOf(recall.heldOutNames).toFixed(4)}`,
  );
  say(
    `recall of disguised identifiers: ${ratioOf(recall.disguised).toFixed(4)}; of times of log lines: ${ratioOf(recall.timestamps).toFixed(4)}`,
  );
  say(`precision by finds: ${ratioOf(precision.finds).toFixed(4)}`);
  for (const [title, shares] of [
    ['kind', byKind],
    ['disguise', byDisguise],
  ] as const) {
    const each = Object.entries(shares).map(([key, share]) => `${key} ${ratioOf(share).toFixed(3)}`);
    say(`recall by ${title}: ${each.toSorted().join(', ')}`);
  }
}

function tellPart(options: CorpusOptions, say: BenchContext['say']): void {
  const corpus = generateCorpus(options);
  const figures = figuresOf(evaluate(corpus, identifiersIn(corpus.text)));
  say(
    `${options.templates} templates alone: ${figures.map(({ name, value }) => `${name} ${value.toFixed(4)}`).join(', ')}`,
  );
}

/** UTF-8 megabytes for a second of processor time, so that a busy machine says the same; median, after one round to warm up. */
function megabytesPerSecond(text: string): number {
  const scrub = createScrubber({
    hmac: (message) => createHmac('sha256', 'site').update(message).digest('hex'),
  });
  const megabytes = Buffer.byteLength(text) / 1e6;
  scrub(text);
  const rates = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    scrub(text);
    const { user, system } = process.cpuUsage(before);
    return (megabytes * 1e6) / (user + system);
  });
  return median(rates);
}
