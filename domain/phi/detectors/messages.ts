import { pattern, wordList, type Detector, type PhiKind } from '../detector.ts';

/** A field of an HL7 version 2 segment by its number; of an id its first component only. */
function field(kind: PhiKind, segment: string, number: number, isId = false): Detector {
  const content = isId ? String.raw`[^|^~\r\n]` : String.raw`[^|\r\n]`;
  return {
    kind,
    begins: wordList(segment.toLowerCase()),
    pattern: pattern(
      String.raw`(?<![\p{L}\d])${segment}\|(?:[^|\r\n]{0,250}\|){${number - 1}}(?<v>${content}{2,250})`,
    ),
    // `""` says that a value was deleted.
    accepts: (value) => /[\p{L}\d]/u.test(value),
  };
}

/** A data element of a DICOM dump by its tag, in brackets. */
function element(kind: PhiKind, tag: string): Detector {
  return {
    kind,
    needs: new RegExp(tag, 'iu'),
    pattern: pattern(String.raw`\((?i:${tag})\)\s[A-Z]{2}\s\[(?<v>[^\]\r\n]{1,120})`),
  };
}

/** A row of an export: a name with its comma or caret and a birth date before it, and a number that then is a record's. */
const rowNumber: Detector = {
  kind: 'MRN',
  begins: 'number',
  digits: [4],
  pattern: pattern(
    String.raw`(?<=[\p{L}"'][\t|;,]\s?["']?)\d{4}-\d{2}-\d{2}["']?[\t|;,]\s?["']?(?<v>(?=[\p{L}\-]{0,4}\d)[\p{L}\d][\p{L}\d\-]{3,18}[\p{L}\d])(?=["']?(?:[\t|;,]|\s*$|\r?\n))`,
  ),
};

/** Identifiers by their place in messages of clinical programs: HL7 v2.5.1 (chapters 3 and 6), DICOM PS3.6, exports. */
export const messageDetectors: readonly Detector[] = [
  field('MRN', 'PID', 2, true),
  field('MRN', 'PID', 3, true),
  field('MRN', 'PID', 4, true),
  field('NAME', 'PID', 5),
  field('NAME', 'PID', 6),
  field('DATE', 'PID', 7, true),
  field('NAME', 'PID', 9),
  field('ADDRESS', 'PID', 11),
  field('PHONE', 'PID', 13),
  field('PHONE', 'PID', 14),
  field('ACCOUNT', 'PID', 18, true),
  field('SSN', 'PID', 19, true),
  field('NAME', 'NK1', 2),
  field('ADDRESS', 'NK1', 4),
  field('PHONE', 'NK1', 5),
  field('NAME', 'GT1', 3),
  field('ADDRESS', 'GT1', 5),
  field('PHONE', 'GT1', 6),
  field('NAME', 'IN1', 16),
  field('PLAN', 'IN1', 36, true),
  element('NAME', '0010,0010'),
  element('MRN', '0010,0020'),
  element('DATE', '0010,0030'),
  element('ADDRESS', '0010,1040'),
  element('PHONE', '0010,2154'),
  rowNumber,
];
