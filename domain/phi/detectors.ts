import { writeOutCases } from './any-case.ts';

/** The identifier classes that are recognised; the word stands in the token, as `[SSN:1f0c99ab]`. */
export const phiKinds = [
  'SSN',
  'MRN',
  'ACCOUNT',
  'NAME',
  'EMAIL',
  'PHONE',
  'DATE',
  'ADDRESS',
  'URL',
  'DEVICE',
  'IP',
] as const;
export type PhiKind = (typeof phiKinds)[number];

/** One way an identifier is written. */
export interface Detector {
  kind: PhiKind;
  /** Flags `dgu`. Group `v`, where there is one, is the identifier and the rest is its label. */
  pattern: RegExp;
  /** Confirms what the pattern alone cannot, as a check digit. */
  accepts?: (value: string) => boolean;
}

/**
 * Every pattern runs in time linear in its input: repeats are bounded, or their class excludes what follows and a
 * look-behind stops a second start inside the same run. `(?i:…)` is written out before the engine sees it.
 */
const pattern = (source: string) => new RegExp(writeOutCases(source), 'dgu');

/** Ends a label: optional quotes and spaces around `:`, `=` or `#`, as prose, logs and JSON write it. */
const colon = String.raw`["']?\s{0,3}[:=#]\s{0,3}["']?`;
const word = String.raw`\p{L}[\p{L}\p{M}'’.\-]{0,40}`;
const capitalWord = String.raw`\p{Lu}[\p{L}\p{M}'’.\-]{0,40}`;
/** An identifier of letters and digits with at least one digit in it. */
const serial = (min: number, max: number) =>
  String.raw`(?<v>(?=[\p{L}.\-]{0,${max}}\d)[\p{L}\d][\p{L}\d.\-]{${min - 1},${max - 1}})`;
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const mm = '(?:0?[1-9]|1[0-2])';
const dd = '(?:0?[1-9]|[12][0-9]|3[01])';
const clock = String.raw`(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?Z|[+-]\d{2}:?\d{2})?)?`;
const year = '(?:1[89]|20)[0-9]{2}';
const streetWord =
  '(?i:street|st|avenue|ave|boulevard|blvd|road|rd|lane|ln|drive|dr|court|ct|place|pl|square|terrace|parkway|pkwy|highway|hwy|circle|way)';

/** Luhn check of payment card numbers (ISO/IEC 7812-1), so that other long numbers stay readable. */
function hasCheckDigit(value: string): boolean {
  const digits = value.match(/\d/gu)?.map(Number) ?? [];
  const sum = digits.toReversed().reduce((total, digit, position) => {
    if (position % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return sum % 10 === 0;
}

/** In order of precedence: where two finds overlap, the first kind names the token. */
export const detectors: readonly Detector[] = [
  { kind: 'URL', pattern: pattern(String.raw`\b(?i:https?|ftps?|sftp|file|smb)://[^\s<>"'\x60]{1,4096}`) },
  { kind: 'URL', pattern: pattern(String.raw`(?<![\w.@])(?i:www)\.[^\s<>"'\x60]{1,4096}`) },
  {
    kind: 'EMAIL',
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}._%+\-])[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+`,
    ),
  },
  {
    kind: 'SSN',
    pattern: pattern(
      String.raw`\b(?i:ssn|social\s{1,3}security(?:\s{1,3}(?:number|no\.?|num))?)["']?\s{0,3}[:=#]?\s{0,3}["']?(?<v>\d(?:[ \-]?\d){3,8})(?!\d)`,
    ),
  },
  { kind: 'SSN', pattern: pattern(String.raw`(?<![\d\-])\d{3}([ \-.])\d{2}\1\d{4}(?![\d\-])`) },
  {
    kind: 'MRN',
    pattern: pattern(
      String.raw`\b(?i:mrn|medical[\s_]{1,3}record(?:[\s_]{1,3}(?:number|no\.?))?|(?:patient|chart)[\s_]{0,3}(?:id|number|no\.?|#))["']?\s{0,3}[:=#]?\s{0,3}["']?${serial(3, 24)}`,
    ),
  },
  {
    kind: 'ACCOUNT',
    pattern: pattern(
      String.raw`\b(?i:account|acct|policy|member|subscriber|group|insurance|medicare|medicaid|mbi|claim|beneficiary|card|licen[cs]e|certificate)[\s_]{0,3}(?:(?i:id|number|num|no\.?)\s{0,3}["']?\s{0,3}[:=#]?|["']?\s{0,3}[:=#])\s{0,3}["']?${serial(4, 34)}`,
    ),
  },
  {
    kind: 'ACCOUNT',
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}])[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\p{L}\p{N}])`,
    ),
  },
  {
    kind: 'ACCOUNT',
    pattern: pattern(String.raw`(?<![\d.\-])\d(?:[ \-]?\d){12,18}(?![\d\-])`),
    accepts: hasCheckDigit,
  },
  {
    kind: 'NAME',
    pattern: pattern(
      String.raw`\b(?i:patient|pt|guarantor|guardian|insured|subscriber|provider|physician|doctor|clinician|nurse|spouse|next[\s_]of[\s_]kin|emergency[\s_]contact|(?:full|first|last|middle|maiden|patient|family|given|display|contact)[\s_]?name|gecos)(?:[\s_]{0,3}(?i:name))?${colon}(?<v>${word}(?:(?:[,^]\s?|[ ]{1,3})${word}){0,3})`,
    ),
  },
  {
    kind: 'NAME',
    pattern: pattern(
      String.raw`(?<![\p{L}_])(?i:name)${colon}(?<v>${word}(?:(?:[,^]\s?|[ ]{1,3})${capitalWord}){0,3})`,
    ),
  },
  {
    kind: 'NAME',
    pattern: pattern(
      String.raw`(?<!\p{L})(?:Dr|DR|Mr|MR|Mrs|MRS|Ms|Miss|Prof|Nurse|Patient)(?:\.\s{0,3}|\s{1,3})(?<v>${capitalWord}(?:[ ]{1,3}${capitalWord}){0,2})`,
    ),
  },
  {
    kind: 'DATE',
    pattern: pattern(
      String.raw`\b(?i:dob|d\.o\.b\.?|date[\s_]of[\s_]birth|birth[\s_]?date|born)["']?\s{0,3}[:=]?\s{0,3}["']?(?<v>\d[\d/.\- ]{2,12}\d)`,
    ),
  },
  { kind: 'DATE', pattern: pattern(String.raw`(?<!\d)${year}([\-/.])${mm}\1${dd}${clock}(?!\d)`) },
  {
    kind: 'DATE',
    pattern: pattern(
      String.raw`(?<![\d.\-/])(?:${mm}([\-/.])${dd}|${dd}([\-/.])${mm})(?:\1|\2)${year}(?![\d])`,
    ),
  },
  { kind: 'DATE', pattern: pattern(String.raw`(?<![\d.\-/])(?:${mm}/${dd}|${dd}/${mm})/\d{2}(?![\d/.])`) },
  {
    kind: 'DATE',
    pattern: pattern(
      String.raw`(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?(?!\d)`,
    ),
  },
  {
    kind: 'DATE',
    pattern: pattern(
      String.raw`\b(?i:${month})\.?\s{1,3}${dd}(?i:st|nd|rd|th)?(?!\d)(?:,?\s{1,3}${year}(?!\d))?`,
    ),
  },
  {
    kind: 'DATE',
    pattern: pattern(
      String.raw`(?<![\d.])${dd}(?i:st|nd|rd|th)?[\s\-](?i:of\s)?(?i:${month})\b(?:[.,]?[\s\-]{1,3}(?:${year}|\d{2})(?!\d))?`,
    ),
  },
  {
    kind: 'PHONE',
    pattern: pattern(
      String.raw`(?<![\d.])(?:\+?1[\-. ]?)?(?:\(\d{3}\)[ ]?|\d{3}[\-. ])\d{3}[\-. ]\d{4}(?:\s{0,2}(?i:x|ext\.?)\s?\d{1,6})?(?!\d)`,
    ),
  },
  { kind: 'PHONE', pattern: pattern(String.raw`(?<![\d\p{L}])\+\d{1,3}(?:[\-. ]?\(?\d{1,4}\)?){2,6}(?!\d)`) },
  {
    kind: 'PHONE',
    pattern: pattern(
      String.raw`\b(?i:phone|telephone|tel|fax|mobile|cell)(?i:[\s_]{0,2}(?:number|no\.?))?${colon}(?<v>\+?\(?\d(?:[\-. ()]{0,2}\d){6,14})`,
    ),
  },
  {
    kind: 'ADDRESS',
    pattern: pattern(
      String.raw`(?<![\p{N}.\-])\d{1,6}[A-Za-z]?[ ](?:[\p{L}\d][\p{L}\d'’.\-]{0,30}[ ]){1,4}${streetWord}(?![\p{L}\p{N}])\.?(?:,?[ ](?i:apt|suite|ste|unit|room|floor|#)\.?[ ]?#?[\p{L}\d\-]{1,8})?(?:,[ ]?[\p{L}][\p{L} .'\-]{1,40},?[ ][A-Z]{2}(?:[ ]\d{5}(?:-\d{4})?)?)?`,
    ),
  },
  { kind: 'ADDRESS', pattern: pattern(String.raw`\b(?i:p\.?[ ]?o\.?[ ]box)[ ]\d{1,10}`) },
  { kind: 'ADDRESS', pattern: pattern(String.raw`(?<![A-Za-z])[A-Z]{2}[ ]\d{5}(?:-\d{4})?(?![\d\-])`) },
  {
    kind: 'ADDRESS',
    pattern: pattern(String.raw`\b(?i:zip|zip[\s_]?code|postal[\s_]?code)${colon}(?<v>\d{5}(?:-\d{4})?)`),
  },
  {
    kind: 'DEVICE',
    pattern: pattern(
      String.raw`\b(?i:serial(?:[\s_]?(?:number|no\.?|num))?|s/n|device[\s_]?(?:id|identifier)|imei|meid|udi|asset[\s_]?tag|implant[\s_]?id|vin)${colon}${serial(4, 40)}`,
    ),
  },
  {
    kind: 'DEVICE',
    pattern: pattern(
      String.raw`(?<![\da-fA-F:\-])[\da-fA-F]{2}(?:([:\-])[\da-fA-F]{2})(?:\1[\da-fA-F]{2}){4}(?![\da-fA-F:\-])`,
    ),
  },
  {
    kind: 'DEVICE',
    pattern: pattern(
      String.raw`(?<![\da-fA-F\-])[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}(?![\da-fA-F\-])`,
    ),
  },
];

/** Network addresses: identifiers by the HIPAA list, yet what a network check is about; scrubbed where asked. */
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
      String.raw`(?<![\da-fA-F:.])(?:[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4}){7}|(?=[\da-fA-F:]{0,40}::)(?:[\da-fA-F]{0,4}:){2,7}[\da-fA-F]{0,4})(?![\da-fA-F:])`,
    ),
  },
];
