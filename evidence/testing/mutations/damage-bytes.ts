import { concatBytes } from '../../bytes.ts';
import type { Random } from './random.ts';
import { type Mutant, namesStretch, type Subject, stretchAt } from './subject.ts';

/** What accidents do to a file: any byte of it may be hit. */
export const byteDamages: readonly ((subject: Subject, random: Random) => Mutant)[] = [
  flipBit,
  flipBit,
  flipBit,
  cutOut,
  insert,
  truncate,
  swapBytes,
];

/** A flipped bit is named exactly: the byte, or its file, and in a file of lines the line. */
function flipBit(subject: Subject, random: Random): Mutant {
  const { bytes } = subject;
  const offset = random(bytes.length);
  const bit = random(8);
  const stretch = stretchAt(subject, offset);
  const isInLine = stretch.path?.endsWith('.jsonl') && offset >= stretch.contents;
  const line = 1 + newlines(bytes.subarray(stretch.contents, Math.max(offset, stretch.contents)));
  return {
    what: `bit ${bit} of byte ${offset} flipped (${stretch.path ?? 'directory'}, line ${line})`,
    bytes: Uint8Array.from(bytes).with(offset, (bytes[offset] ?? 0) ^ (1 << bit)),
    isNamed: (problems) =>
      problems.some(
        ({ place }) => place.offset === offset || (stretch.path !== undefined && place.file === stretch.path),
      ) &&
      (!isInLine || problems.some(({ place }) => place.file === stretch.path && place.line === line)),
  };
}

function newlines(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
}

function cutOut(subject: Subject, random: Random): Mutant {
  const { bytes } = subject;
  const start = random(bytes.length);
  const length = 1 + random(Math.min(2_000, bytes.length - start));
  return {
    what: `${length} bytes cut out at ${start}`,
    bytes: concatBytes([bytes.subarray(0, start), bytes.subarray(start + length)]),
    isNamed: (problems) => namesStretch(problems, stretchAt(subject, start)),
  };
}

function insert(subject: Subject, random: Random): Mutant {
  const { bytes } = subject;
  const start = random(bytes.length + 1);
  const added = Uint8Array.from({ length: 1 + random(50) }, () => random(256));
  return {
    what: `${added.length} bytes inserted at ${start}`,
    bytes: concatBytes([bytes.subarray(0, start), added, bytes.subarray(start)]),
    isNamed: (problems) => namesStretch(problems, stretchAt(subject, start)),
  };
}

function truncate(subject: Subject, random: Random): Mutant {
  const length = random(subject.bytes.length);
  return {
    what: `cut off after ${length} bytes`,
    bytes: subject.bytes.subarray(0, length),
    isNamed: (problems) => namesStretch(problems, stretchAt(subject, length)),
  };
}

function swapBytes(subject: Subject, random: Random): Mutant {
  const { bytes } = subject;
  const size = 1 + random(64);
  const [one, two] = [random(bytes.length - size), random(bytes.length - size)];
  const swapped = Uint8Array.from(bytes);
  swapped.set(bytes.subarray(two, two + size), one);
  swapped.set(bytes.subarray(one, one + size), two);
  const first = swapped.findIndex((byte, index) => byte !== bytes[index]);
  if (first === -1) return flipBit(subject, random);
  const last = swapped.findLastIndex((byte, index) => byte !== bytes[index]);
  return {
    what: `${size} bytes at ${one} and ${two} swapped`,
    bytes: swapped,
    isNamed: (problems) => [first, last].some((offset) => namesStretch(problems, stretchAt(subject, offset))),
  };
}
