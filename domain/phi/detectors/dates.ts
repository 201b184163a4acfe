import { colon, join, pattern, wordList, type Detector } from '../detector.ts';

const year = '(?:1[89]|20)[0-9]{2}';
const mm = '(?:0?[1-9]|1[0-2])';
const dd = '(?:0?[1-9]|[12][0-9]|3[01])';
const clock = String.raw`(?:(?:T|[ ]{1,2}|,[ ])\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?Z|\s?[+-]\d{2}:?\d{2})?)?`;
/** Between the parts of a date: one sign, spaces around it, or a line's end after it. */
const sign = String.raw`[ ]?[\-/.][ ]?(?:\r?\n[ \t>]{0,12})?`;
const ordinal = '(?i:st|nd|rd|th|º|o\\.)';

const english =
  '(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)|May|MAY';
/** Spanish, Portuguese, French, German and Italian months, as staff and patients of many practices write them. */
const others =
  '(?i:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|janeiro|fevereiro|mar[cç]o|maio|junho|julho|setembro|outubro|novembro|dezembro|janvier|f[eé]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[eé]cembre|januar|februar|m[aä]rz|juni|juli|oktober|dezember|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre)';
const dateLabel = String.raw`(?i:dob|d\.o\.b\.?|d/o/b|date[\s_]of[\s_](?:birth|death|service|admission|discharge)|birth[\s_]?da(?:te|y)|born(?:\son)?|dos|d\.o\.s\.?|dod|admitted|discharged|deceased|died|fecha\sde\snacimiento|geburtsdatum|geb\.|n[eé]e?\sle|fdn)`;

/**
 * (C) of the list: every element of a date but the year, which goes too where a day or month stands beside it; and ages
 * over 89. Not found: times since an epoch, bare weekdays and days (`the 14th`), years alone.
 */
export const dateDetectors: readonly Detector[] = [
  {
    kind: 'DATE',
    begins: wordList(
      'dob d date birth born dos dod admitted discharged deceased died fecha geburtsdatum geb n ne nee fdn',
    ),
    pattern: pattern(
      String.raw`(?<![\p{L}\d])${dateLabel}${join}(?<v>\d(?:\s?[/.\-, ]\s?\d|\d){3,13}(?!\d)|${mm}/\d{2}(?!\d))`,
    ),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [4],
    pattern: pattern(
      String.raw`(?<!\d)(?<!\d[\-/.])${year}${sign}${mm}${sign}${dd}${clock}(?![\d])(?!\.\d+\.)`,
    ),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [1, 2],
    pattern: pattern(
      String.raw`(?<!\d)(?<!\d[.\-/])(?:${mm}${sign}${dd}|${dd}${sign}${mm})${sign}${year}${clock}(?!\d)`,
    ),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [1, 2],
    pattern: pattern(String.raw`(?<![\d.\-/])(?:${mm}/${dd}|${dd}/${mm})/\d{2}(?![\d/])(?!\.\d)`),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [2],
    pattern: pattern(
      String.raw`(?<![\d.\-/+~:])(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])-(?:0[1-9]|1[0-2]))-\d{2}(?![\d\-.])`,
    ),
  },
  {
    // Written together; not where it is part of a version or a file's name.
    kind: 'DATE',
    begins: 'number',
    digits: [8, 12, 14],
    pattern: pattern(
      String.raw`(?<![\d.\-+~_:\p{L}])(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?(?![\d+~\-_\p{L}])(?!\.[\d\p{L}])`,
    ),
  },
  {
    kind: 'DATE',
    begins: wordList('jan feb mar apr may jun jul aug sep oct nov dec'),
    pattern: pattern(
      String.raw`(?<!\p{L})(?:${english})\.?[\s\-]{1,3}${dd}${ordinal}?(?!\d|[:.]\d)(?:[,\-]?\s{0,3}${year}(?!\d)|,?\s{1,2}'\d{2}(?!\d))?${clock}`,
    ),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [1, 2],
    pattern: pattern(
      String.raw`(?<![\d.:\p{L}])${dd}${ordinal}?(?:[\s\-/.]{1,2}(?i:of\s|day\sof\s)?)(?:${english})(?!\p{L})(?:[.,]{0,2}[\s\-/:]{0,3}(?:${year}(?::\d{2}:\d{2}:\d{2}(?:\s[+\-]\d{4})?)?|'?\d{2}(?!\d|:\d)))?(?!\d)`,
    ),
  },
  // A month of a year, without a day.
  {
    kind: 'DATE',
    begins: wordList('jan feb mar apr may jun jul aug sep oct nov dec'),
    pattern: pattern(String.raw`(?<!\p{L})(?:${english})[.,]?\s{1,2}(?:(?i:of)\s)?${year}(?!\d)`),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [2],
    pattern: pattern(String.raw`(?<![\d/.\-])(?:0[1-9]|1[0-2])/${year}(?![\d/])`),
  },
  {
    kind: 'DATE',
    begins: 'number',
    digits: [1, 2],
    pattern: pattern(
      String.raw`(?<![\d.\p{L}])${dd}(?:\.|er|º|°)?\s(?i:de\s)?${others}(?!\p{L})(?:,?\s(?i:del?\s)?${year}(?!\d))?`,
    ),
  },
  // A day of a month in figures is told from a fraction by the word before it.
  {
    kind: 'DATE',
    begins: wordList(
      'on since until till before after from by dated due seen appt appointment visit dos week',
    ),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:on|since|until|till|before|after|from|by|dated|due|seen|appt|appointment|visit|dos|week\sof)(?:\s{1,2}|${colon})(?<v>(?:${mm}/${dd}|${dd}/${mm}))(?![\d/%])`,
    ),
  },
  {
    kind: 'AGE',
    begins: 'number',
    digits: [2, 3],
    pattern: pattern(
      String.raw`(?<![\p{L}\d.\-])(?<v>9\d|1[0-2]\d)(?=[\s\-]{0,2}(?i:years?[\s\-]olds?|y[./]?o\b|y\.o\.|yrs?[\s\-]old|yo?[mf]\b|a[nñ]os|year[\s\-]old))`,
    ),
  },
  {
    kind: 'AGE',
    begins: wordList('age aged'),
    pattern: pattern(
      String.raw`(?<![\p{L}\d\-_])(?i:aged?)(?:${colon}|\s(?:(?i:is|of|was)\s)?)(?<v>9\d|1[0-2]\d)(?![\d.%])(?![\s\-]?(?i:s|sec|seconds|m|min|minutes|h|hours?|d|days?|ms|weeks?|months?)\b)`,
    ),
  },
];
