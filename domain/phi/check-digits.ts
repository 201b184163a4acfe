/** Luhn check of payment cards, NPIs and IMEIs (ISO/IEC 7812-1), so that other long numbers stay readable. */
export function passesLuhn(value: string): boolean {
  const sum = digitsOf(value)
    .toReversed()
    .reduce((total, digit, position) => {
      if (position % 2 === 0) return total + digit;
      return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
    }, 0);
  return sum % 10 === 0;
}

/** Check digit of a vehicle identification number (49 CFR 565.15), its ninth place. */
export function passesVin(value: string): boolean {
  const sum = Array.from(value.toUpperCase()).reduce((total, character, position) => {
    return total + vinValue(character) * (vinWeights[position] ?? 0);
  }, 0);
  const remainder = sum % 11;
  return value[8]?.toUpperCase() === (remainder === 10 ? 'X' : String(remainder));
}

/** Check digit of a DEA registration number: odd places plus twice the even ones end in the seventh digit. */
export function passesDea(value: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, check] = digitsOf(value);
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
}

/** ISO 7064 mod 97-10 of an IBAN (ISO 13616). */
export function passesIban(value: string): boolean {
  const compact = value.replace(/[\s-]/gu, '').toUpperCase();
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const number = /\d/u.test(character) ? Number(character) : character.charCodeAt(0) - 55;
    remainder = (remainder * (number > 9 ? 100 : 10) + number) % 97;
  }
  return remainder === 1;
}

/** Modulus 11 check of an NHS number. */
export function passesNhs(value: string): boolean {
  const digits = digitsOf(value);
  const sum = digits.slice(0, 9).reduce((total, digit, position) => total + digit * (10 - position), 0);
  return (11 - (sum % 11)) % 11 === digits[9];
}

const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** A–Z without I, O and Q, which a number of this kind never has. */
const vinLetters: Record<string, number> = Object.fromEntries(
  Array.from('ABCDEFGH')
    .map((letter, index) => [letter, index + 1] as const)
    .concat(
      Array.from('JKLMN').map((letter, index) => [letter, index + 1] as const),
      [
        ['P', 7],
        ['R', 9],
      ],
      Array.from('STUVWXYZ').map((letter, index) => [letter, index + 2] as const),
    ),
);

function vinValue(character: string): number {
  return /\d/u.test(character) ? Number(character) : (vinLetters[character] ?? 0);
}

function digitsOf(value: string): number[] {
  return value.match(/\d/gu)?.map(Number) ?? [];
}
