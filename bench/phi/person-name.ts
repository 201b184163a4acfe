import type { SeededRandom } from '../../test/faults/seeded-random.ts';
import { cultures } from './corpus-names.ts';

/** A person of the corpus. */
export interface PersonName {
  given: string;
  family: string;
  culture: string;
}

/** One item of a list. Throws a RangeError where there is none. */
export function pick<T>(random: SeededRandom, items: readonly T[]): T {
  const item = items[random.between(0, items.length - 1)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Somebody of any culture; the two names are of the same, as most people's are, or now and then of two. */
export function somebody(random: SeededRandom): PersonName {
  const names = Object.keys(cultures);
  const culture = pick(random, names);
  const other = random.chance(0.1) ? pick(random, names) : culture;
  return {
    given: pick(random, cultures[culture]?.given ?? []),
    family: pick(random, cultures[other]?.family ?? []),
    culture,
  };
}

/** A full name as prose has it. */
export function fullName(random: SeededRandom): string {
  const { given, family, culture } = somebody(random);
  const second = () => pick(random, cultures[culture]?.given ?? []);
  const form = random.next();
  if (culture === 'vietnamese' && form < 0.5) return `${family} ${second()} ${given}`;
  if (culture === 'chinese' && form < 0.3) return `${family} ${given}`;
  if (culture === 'hispanic' && form < 0.35)
    return `${given} ${family} ${pick(random, cultures.hispanic?.family ?? [])}`;
  if (culture === 'arabic' && form < 0.15) return `${given} bin ${second()} ${family}`;
  if (form > 0.9) return `${given} ${second().charAt(0)}. ${family}`;
  if (form > 0.84) return `${given} ${second()} ${family}`;
  return `${given} ${family}`;
}

/** A full name as fields and lists have it: surname first, or in capitals, or with carets. */
export function filedName(random: SeededRandom): string {
  const { given, family } = somebody(random);
  const name = pick(random, [
    `${family}, ${given}`,
    `${given} ${family}`,
    `${family}, ${given} ${pick(random, Array.from('ABCDEFGHJKLMNPRSTW'))}`,
    `${family}^${given}`,
    `${family},${given}`,
  ]);
  return random.chance(0.4) ? name.toUpperCase() : name;
}

export const givenName = (random: SeededRandom) => somebody(random).given;
export const familyName = (random: SeededRandom) => somebody(random).family;
