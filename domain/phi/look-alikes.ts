/** Cyrillic, Greek and other letters, each before the Latin one that it looks like. One code unit each. */
const pairs =
  'АAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXаaеeоoрpсcуyхxѕsіiјjԁdһhӏlԛqԝwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvιiαaρpκkυuϲcɑaɡgıiƖlոnսuօoհhЬb';
const latinOf = new Map<string, string>();
for (let index = 0; index < pairs.length; index += 2) latinOf.set(pairs[index] ?? '', pairs[index + 1] ?? '');

const hasForeign = /[\u0131\u0196\u0250-\u02af\u0370-\u058f]/u;
const dashes = /[\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\u30fc]/gu;
const otherSigns: Record<string, string> = {
  '∕': '/',
  '⁄': '/',
  '․': '.',
  '。': '.',
  '‚': ',',
  '‘': "'",
  '“': '"',
  '”': '"',
};

/**
 * A text of the same length with look-alikes as what they look like: dashes, digits of any script, and the letters of a
 * word that has Latin ones or only look-alikes of them, so that words truly in another script stay.
 */
export function unlike(text: string): string {
  const signs = text.replace(dashes, '-').replace(/[∕⁄․。‚‘“”]/gu, (sign) => otherSigns[sign] ?? sign);
  const digits = signs.replace(/(?![0-9])\p{Nd}/gu, (digit) =>
    digit.length === 1 ? asciiDigit(digit) : digit,
  );
  if (!hasForeign.test(digits)) return digits;
  return digits
    .replace(/(?<=\d[\s\-./]?)[ЗзƷӠ]|[ЗзƷӠ](?=[\s\-./]?\d)/gu, '3')
    .replace(/(?<=\d[\s\-./]?)[б]|[б](?=[\s\-./]?\d)/gu, '6')
    .replace(/\p{L}+/gu, (word) => {
      if (!hasForeign.test(word)) return word;
      const letters = Array.from(word);
      if (!letters.every((letter) => latinOf.has(letter) || /[A-Za-z]/u.test(letter))) return word;
      return letters.map((letter) => latinOf.get(letter) ?? letter).join('');
    });
}

/** The ASCII digit of a decimal digit; each script has its ten in a row. */
function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCharCode(code - value - 1))) value += 1;
  return String(value);
}
