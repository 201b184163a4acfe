import { colon, pattern, separator, wordList, type Detector } from '../detector.ts';

/** A digit, or a letter that is typed or read for one. */
const d = '[0-9OoIl]';
/** Enough true digits that letters in between are look-alikes of some. */
const mostlyDigits = (value: string) => (value.match(/\d/gu)?.length ?? 0) >= 7;
const extension = String.raw`(?:[\s,]{0,2}(?i:x|ext\.?|extension)[\s:]{0,2}\d{1,6})?`;
/** A dash, dot or slash with or without spaces around it, or the end of a line. */
const dash = String.raw`(?:[ \t]{0,2}[\-./–][ \t]{0,2}(?:\r?\n[ \t>]{0,12})?|[ \t]{0,2}\r?\n[ \t>]{0,12})`;
const phoneLabel = String.raw`(?i:tele?phones?|phone|tel|ph|fax|mobile|cell|pager|callback|landline|whatsapp|handy|m[oó]vil|tel[eé]fono)`;
const phoneWords = wordList(
  'tel telephone phone ph fax mobile cell pager callback landline whatsapp handy m',
);
/** Words that much else follows; after them a number must be grouped as a telephone number, or of ten digits. */
const callWord = String.raw`(?i:call(?:ed|ing)?|text(?:ed)?|sms|contact|reach(?:able|ed)?|home|work|dial|ring|at|number)`;

/** What ends the name of a systemd unit, whose instances have an `@`. */
const unitSuffixes = String.raw`(?!(?:service|timer|socket|scope|slice|mount|automount|target|path|device|swap)(?![\p{L}\p{N}]))`;

/** (D)–(F) and (N) of the list: telephone, fax and mail addresses, and web addresses. */
export const contactDetectors: readonly Detector[] = [
  {
    kind: 'URL',
    needs: /:\/\//u,
    pattern: pattern(
      String.raw`\b(?i:https?|ftps?|sftp|file|smb|s3|webdav|rtsp|dicom)://[^\s<>"'\x60]{1,4096}`,
    ),
  },
  { kind: 'URL', needs: /www\./iu, pattern: pattern(String.raw`(?<![\w.@])(?i:www)\.[^\s<>"'\x60]{1,4096}`) },
  {
    kind: 'EMAIL',
    needs: /@/u,
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}._%+\-])[\p{L}\p{N}._%+\-]{1,64}@[\p{L}\p{N}\-]{1,63}(?:\.[\p{L}\p{N}\-]{1,63}){0,6}\.${unitSuffixes}[\p{L}\p{N}\-]{2,63}`,
    ),
  },
  {
    // With spaces beside its signs, which is somebody's disguise where what is left has the form of an address.
    kind: 'EMAIL',
    needs: /\s@|@\s|@[^\s@]{1,200}\s?\.\s/u,
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}._%+\-])[\p{L}\p{N}._%+\-]{2,64}\s{0,2}@\s{0,2}[\p{L}\p{N}\-]{1,63}(?:\s?\.\s?[\p{L}\p{N}\-]{1,63}){0,3}?\s?\.\s?(?:com|org|net|edu|gov|mil|us|info|biz|health|clinic|care|example|[a-z]{2})(?![\p{L}\p{N}.])`,
    ),
  },
  {
    kind: 'EMAIL',
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}._%+\-])[\p{L}\p{N}._%+\-]{1,64}\s?[\[({<]\s?(?i:at)\s?[\])}>]\s?[\p{L}\p{N}\-]{1,63}(?:\s?(?:\.|[\[({<]\s?(?i:dot)\s?[\])}>])\s?[\p{L}\p{N}\-]{1,63}){1,6}`,
    ),
    needs: /[[({<]\s?at\s?[\])}>]/iu,
  },
  {
    kind: 'PHONE',
    pattern: pattern(
      String.raw`(?<![\d.])(?<!\d-)(?:\+?1${dash}?[ ]?)?(?:[(\[]\s?${d}{3}\s?[)\]](?:\s{0,2}|${dash})|${d}{3}${dash})${d}{3}(?:${dash}|[ ])${d}{4}${extension}(?![\d])(?!-\d)`,
    ),
    begins: 'number',
    digits: [1, 2, 3],
    accepts: mostlyDigits,
  },
  {
    // Only spaces between the groups: a row of a table has more numbers beside it, a telephone number has not.
    kind: 'PHONE',
    begins: 'number',
    digits: [1, 3],
    pattern: pattern(
      String.raw`(?<!\d[ \t:.,/\-]{0,8})(?:\+?1[ ])?[2-9]\d{2}[ ]{1,2}[2-9]\d{2}(?:[ ]{1,2}|${dash})\d{4}${extension}(?!\d)(?![ \t]{1,8}\d)`,
    ),
  },
  {
    kind: 'PHONE',
    begins: 'number',
    pattern: pattern(
      String.raw`(?<![\d\p{L}])(?:\+\s?|00\s?)[1-9]\d{0,2}(?:[\-. /]{0,2}(?:\(\d{1,4}\)|\d{1,4})){2,6}(?!\d)${extension}`,
    ),
    accepts: (value) =>
      /^\D*\d(?:\D*\d){8,16}$/u.test(value.replace(/(?:x|ext).*$/iu, '')) && !/^00\d*$/u.test(value),
  },
  {
    kind: 'PHONE',
    begins: phoneWords,
    pattern: pattern(
      String.raw`(?<![\p{L}\d/_.\-])${phoneLabel}(?i:[\s_]{0,2}(?:number|num|no\.?|line|phone|#))?(?:${colon}|\s{0,2}\(|[ \t]{1,3}(?:(?i:is|at|on|file|me|back|her|him|them|us|pt|to|@)\s{1,3}){0,3})(?<v>\+?\(?\d(?:[\-. ()/]{0,3}\d){6,14})(?![\d:])`,
    ),
  },
  {
    kind: 'PHONE',
    begins: wordList('call text sms contact reach home work dial ring at number'),
    pattern: pattern(
      String.raw`(?<![\p{L}\d/_.\-])${callWord}(?:${colon}|\s{1,3}(?:(?i:is|at|on|me|back|her|him|them|us|pt|to|@)\s{1,3}){0,3})(?<v>\(?[2-9]\d{2}\)?[\-. ]?\d{3}[\-. ]?\d{4}|[2-9]\d{2}[\-.]\d{4})(?![\d:.\-])`,
    ),
  },
  {
    kind: 'PHONE',
    begins: phoneWords,
    pattern: pattern(
      String.raw`(?<![\p{L}\d])${phoneLabel}(?i:[\s_]{0,2}(?:number|num|no\.?|line|phone|#))?${colon}(?<v>\+?\(?\d(?:${separator}?\d){6,14})(?![\d:])`,
    ),
  },
];

/** Network addresses: identifiers by the list's (O), yet what a network check is about; scrubbed where asked. */
export const addressDetectors: readonly Detector[] = [
  {
    kind: 'IP',
    pattern: pattern(
      String.raw`(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?!\.?\d)`,
    ),
  },
  {
    kind: 'IP',
    pattern: pattern(
      String.raw`(?<![\da-fA-F:.])(?:[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4}){7}|(?=[\da-fA-F:]{0,40}::)(?:[\da-fA-F]{0,4}:){2,7}[\da-fA-F]{0,4})(?:(?![\da-fA-F:])|(?=:\d{5}(?!\d)))`,
    ),
  },
];
