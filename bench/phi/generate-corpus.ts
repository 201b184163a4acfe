import { seededRandom, type SeededRandom } from '../../test/faults/seeded-random.ts';
import { cleanLines, lateCleanLines } from './clean-lines.ts';
import { disguises, type Disguise, type DisguiseName, type Over } from './disguises.ts';
import { pick } from './person-name.ts';
import { lateRecordLines, recordLines } from './record-lines.ts';
import { lateTicketLines, ticketLines } from './ticket-lines.ts';
import { identifiers, network, technical, timestamps } from './values.ts';

/** What an identifier counts towards. Times of log lines and network addresses count towards nothing here. */
export type Group = 'structured' | 'name' | 'place' | 'timestamp' | 'network';

/** An identifier that stands in the corpus, by offsets into its text. */
export interface Label {
  start: number;
  end: number;
  group: Group;
  /** The placeholder that it was written for. */
  kind: string;
  /** The identifier before it was disguised. */
  plain: string;
  disguise: DisguiseName | undefined;
  /** Whether prose is around it, and not a field's name or a message's format. */
  isInProse: boolean;
}

export interface Corpus {
  text: string;
  labels: Label[];
  /** Lines of templates; one may be written on two. */
  lines: number;
}

export interface CorpusOptions {
  seed: number;
  lines: number;
  /** Which templates: those at hand while the patterns were written, those written after, or both. */
  templates: 'early' | 'late' | 'both';
}

const names = new Set(['name', 'filed', 'given', 'family', 'lowername']);
const places = new Set(['address', 'street', 'city', 'citystate', 'county', 'statezip', 'zip']);
const withoutSigns = new Set(['email', 'url', 'photo', 'mac', 'uuid']);
const disguisedShare = 0.15;

/** A log of labelled lines, the same for the same options: 45 in 100 clean, 30 of prose, 25 of records. */
export function generateCorpus(options: CorpusOptions): Corpus {
  const random = seededRandom(options.seed, 'phi-corpus');
  const choose = (early: readonly string[], late: readonly string[]) =>
    options.templates === 'both' ? [...early, ...late] : options.templates === 'early' ? early : late;
  const clean = choose(cleanLines, lateCleanLines);
  const prose = choose(ticketLines, lateTicketLines);
  const records = choose(recordLines, lateRecordLines);
  const corpus: Corpus = { text: '', labels: [], lines: options.lines };
  const parts: string[] = [];
  let position = 0;
  for (let line = 0; line < options.lines; line += 1) {
    const share = random.next();
    const isInProse = share >= 0.45 && share < 0.75;
    const template = pick(random, share < 0.45 ? clean : isInProse ? prose : records);
    const disguise = random.chance(disguisedShare)
      ? pick(random, Object.keys(disguises) as DisguiseName[])
      : undefined;
    for (const part of partsOf(template, random, disguise, isInProse)) {
      if (part.label)
        corpus.labels.push({ ...part.label, start: position, end: position + part.text.length });
      parts.push(part.text);
      position += part.text.length;
    }
    parts.push('\n');
    position += 1;
  }
  corpus.text = parts.join('');
  return corpus;
}

interface Part {
  text: string;
  label?: Omit<Label, 'start' | 'end'>;
}

function partsOf(
  template: string,
  random: SeededRandom,
  disguise: DisguiseName | undefined,
  isInProse: boolean,
): Part[] {
  return template.split(/(\{[a-z]+\})/u).map((piece): Part => {
    const placeholder = /^\{([a-z]+)\}$/u.exec(piece)?.[1];
    return placeholder ? filled(placeholder, random, disguise, isInProse) : { text: piece };
  });
}

function filled(
  kind: string,
  random: SeededRandom,
  chosen: DisguiseName | undefined,
  isInProse: boolean,
): Part {
  const neutral = make(technical, kind, random);
  if (neutral !== undefined) return { text: neutral };
  const time = make(timestamps, kind, random);
  const other = time ?? make(network, kind, random);
  if (other !== undefined) {
    const group = time === undefined ? 'network' : 'timestamp';
    return { text: other, label: { group, kind, plain: other, disguise: undefined, isInProse } };
  }
  const plain = make(identifiers, kind, random);
  if (plain === undefined) throw new Error(`no value for {${kind}}`);
  const group = names.has(kind) ? 'name' : places.has(kind) ? 'place' : 'structured';
  const worn =
    chosen && fits(disguises[chosen].over, kind, group) ? wear(disguises[chosen], plain, random) : plain;
  return {
    text: worn,
    label: { group, kind, plain, disguise: worn === plain ? undefined : chosen, isInProse },
  };
}

function fits(over: Over, kind: string, group: Group): boolean {
  if (over === 'names') return group === 'name';
  return over === 'anything' || (group === 'structured' && !withoutSigns.has(kind));
}

function wear(disguise: Disguise, value: string, random: SeededRandom): string {
  return disguise.wear(value, random);
}

function make(makers: Record<string, (random: SeededRandom) => string>, kind: string, random: SeededRandom) {
  return makers[kind]?.(random);
}
