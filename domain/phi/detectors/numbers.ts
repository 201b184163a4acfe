import { passesDea, passesIban, passesLuhn, passesNhs, passesVin } from '../check-digits.ts';
import {
  join,
  numberWord,
  pattern,
  separator,
  serial,
  spacedDigits,
  wordList,
  type Detector,
} from '../detector.ts';

/** A label, what joins it to its number, and the number: digits in groups, or letters and digits. */
function labelled(label: string, least: number, most: number): RegExp {
  return pattern(
    String.raw`(?<![\p{L}\d])${label}${join}(?<v>${spacedDigits}|${serial(least, most)})(?![\p{L}\d])`,
  );
}

const digitsIn = (value: string) => value.match(/\d/gu)?.length ?? 0;
const d = '[0-9OoIl]';
/** A number's label before a medical noun: `patient`, `chart`, in any of the ways they are abbreviated. */
const personOf = String.raw`(?i:patients?|pt|chart|hospital|record|rec|client|resident)`;

/** (G) social security numbers, and (H) medical record numbers. */
const socialAndRecord: readonly Detector[] = [
  {
    kind: 'SSN',
    begins: wordList('ssn ss s itin tin soc seguro'),
    pattern: pattern(
      String.raw`(?<![\p{L}\d])(?i:ssn|ss\s?#|s\.s\.n\.?|itin|tin|soc(?:ial)?\.?[\s_]{1,3}sec(?:urity)?\.?(?:[\s_]{1,3}(?:number|no\.?|num|#))?|social|seguro\ssocial)${join}(?<v>(?:[xX*•#]{3}[\- ]?[xX*•#]{2}[\- ]?\d{4}|\d(?:${separator}?\d){3,8}))(?!\d)`,
    ),
  },
  {
    // With a dash somewhere, or with dots or slashes throughout; letters may stand for digits.
    kind: 'SSN',
    begins: 'number',
    digits: [1, 2, 3],
    pattern: pattern(
      String.raw`(?<![\d.\-/_OoIl\p{L}])${d}(?:[ ]?${d}){2}(?:\s?[\-_]\s?(?:\r?\n[ \t>]{0,12})?|[./]|[ ])${d}[ ]?${d}(?:\s?[\-_]\s?(?:\r?\n[ \t>]{0,12})?|[./]|[ ])${d}(?:[ ]?${d}){3}(?![\d\p{L}])(?![\-/_.]\d)`,
    ),
    accepts: (value) => digitsIn(value) >= 7 && /[-_]|^[\d]{3}([./])\d\d\1\d{4}$/u.test(value),
  },
  {
    kind: 'SSN',
    begins: 'number',
    digits: [3],
    pattern: pattern(
      String.raw`(?<!\d[ \t:.,/\-]{0,8})\d{3}[ ]{1,2}\d{2}[ ]{1,2}\d{4}(?!\d)(?![ \t]{1,8}\d)(?![\-.]\d)`,
    ),
  },
  {
    kind: 'MRN',
    begins: wordList(
      'mrn m mr med medical expediente historia patient pt pti chart hospital record rec client resident',
    ),
    pattern: labelled(
      String.raw`(?:(?i:mrn|m\.r\.n\.?|mr\s?#|med(?:ical)?[\s_\-.]{1,3}rec(?:ord)?s?|medicalrecord|expediente|historia\scl[ií]nica)${numberWord}?|${personOf}${numberWord}|(?i:patientid))`,
      3,
      24,
    ),
  },
];

/** (I) health plan beneficiary numbers, and (J) accounts. */
const plansAndAccounts: readonly Detector[] = [
  {
    kind: 'PLAN',
    begins: wordList(
      'policy member subscriber payer insured grp insurance beneficiary medicare mbi hicn health group',
    ),
    pattern: labelled(
      String.raw`(?:(?i:policy|member(?:ship)?|subscriber|payer|insured|grp)${numberWord}|(?i:insurance|beneficiary|medicare|medicaid|mbi|hicn|health\s?plan)${numberWord}?|(?i:group)[\s_]{0,2}(?i:number|num|no\b\.?|#))`,
      4,
      34,
    ),
  },
  {
    // Words that computers have too, and no `number` after them: a long number tells them apart.
    kind: 'PLAN',
    begins: wordList('policy member subscriber insured grp'),
    pattern: labelled(String.raw`(?i:policy|member|subscriber|insured|grp)`, 6, 34),
    accepts: (value) => digitsIn(value) >= 6 && !/[a-z]/u.test(value),
  },
  {
    // A Medicare beneficiary identifier: its letters leave out S, L, O, I, B and Z (CMS, "Understanding the MBI format").
    kind: 'PLAN',
    begins: 'number',
    digits: [1],
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}])[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[\- ]?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[\- ]?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\p{L}\p{N}])`,
    ),
  },
  {
    kind: 'ACCOUNT',
    begins: wordList('account acct acc ac a routing aba invoice billing card iban guarantor ledger cuenta'),
    pattern: labelled(
      String.raw`(?:(?i:account|acct?|a/c|routing|aba|invoice|billing|card|iban|guarantor|ledger|cuenta)(?:${numberWord}|(?=["']?\s{0,3}[:=#]))|(?i:acct?|account)(?=\s\d)|(?i:acct?|account|card)(?=\s(?:ending|ends)\s))`,
      4,
      34,
    ),
  },
  {
    kind: 'ACCOUNT',
    begins: 'number',
    pattern: pattern(String.raw`(?<![\d.\-])\d(?:${separator}?\d){12,18}(?![\d\-])`),
    accepts: (value) =>
      passesLuhn(value) && /^[3-6]/u.test(value) && !/[_/]/u.test(value) && evenGroups(value),
  },
  {
    kind: 'ACCOUNT',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \-]?[A-Z\d]{4}){2,7}(?:[ \-]?[A-Z\d]{1,3})?(?![\p{L}\p{N}])`,
    ),
    accepts: passesIban,
  },
];

/** Whether a long number is one run, or in the groups of a payment card, rather than columns of a table. */
function evenGroups(value: string): boolean {
  const groups = value.split(/[^\d]+/u).map(({ length }) => length);
  if (groups.length === 1 || groups.every((length) => length === 1)) return true;
  return /^(?:4,4,4,[1-7]|4,6,5|4,4,4,4,3)$/u.test(groups.join(','));
}

/** (K) certificates and licences, and (L) vehicles and their plates. */
const licencesAndVehicles: readonly Detector[] = [
  {
    kind: 'VEHICLE',
    begins: wordList('license licence number plate tag vehicle registration vin'),
    pattern: labelled(
      String.raw`(?i:licen[cs]e\splates?|number\splates?|plates?|tags?\s(?:number|no\.?|#)|vehicle\s(?:reg(?:istration)?|tag|plate)|registration\splate|vin|vehicle)${numberWord}?`,
      3,
      20,
    ),
    accepts: (value) => digitsIn(value) >= 1 && value.length >= 4,
  },
  {
    kind: 'VEHICLE',
    begins: wordList('license licence number plate'),
    pattern: pattern(
      String.raw`(?<![\p{L}\d])(?i:licen[cs]e\splates?|number\splates?|plates?)(?:[\s_]{0,2}(?i:number|no\.?))?${join}(?<v>[A-Z]{2,3}[ \-]?\d{2,4}(?:[ \-]?[A-Z]{1,3})?|\d{1,3}[ \-]?[A-Z]{2,3}[ \-]?\d{1,4}|\d[A-Z]{3}\d{3})(?![\p{L}\d])`,
    ),
  },
  {
    kind: 'VEHICLE',
    pattern: pattern(String.raw`(?<![\p{L}\d])(?=[A-HJ-NPR-Z\d]{0,16}[A-Z])[A-HJ-NPR-Z\d]{17}(?![\p{L}\d])`),
    accepts: (value) => digitsIn(value) >= 5 && passesVin(value),
  },
  {
    kind: 'LICENCE',
    begins: wordList(
      'license licence certificate certification permit registration licencia driver dl npi dea',
    ),
    pattern: labelled(
      String.raw`(?:(?i:licen[cs]e|certificate|certification|cert|permit|registration)${numberWord}|(?i:licen[cs]e|licencia)(?=["']?\s{0,3}[:=#])|(?i:driver['’]?s?[\s_]licen[cs]e|dl\s?(?:number|no\.?|#)|npi|dea|permit\s#)${numberWord}?)`,
      4,
      30,
    ),
  },
  {
    kind: 'LICENCE',
    begins: 'capital',
    pattern: pattern(String.raw`(?<![\p{L}\d])[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}(?![\p{L}\d])`),
    accepts: passesDea,
  },
];

/** (M) devices, (P) biometrics as labelled references, and (R) every other number that is one person's. */
const devicesAndOthers: readonly Detector[] = [
  {
    kind: 'DEVICE',
    begins: wordList('serial sn s device imei meid iccid udi asset implant pacemaker pump lot'),
    pattern: labelled(
      String.raw`(?i:serial[\s_]?(?:number|no\.?|num|nr|#)|serialnumber|serial(?=\s?["']?[:=#])|(?:serial|sn)(?=\s[A-Z]{0,4}\d)|s/n|device[\s_]?(?:id|identifier|serial)|imei|meid|iccid|udi|asset[\s_]?(?:tag|id)|implant(?:[\s_](?:id|serial))?|pacemaker(?:[\s_](?:id|serial|model))?|pump[\s_](?:id|serial)|lot[\s_]?(?:number|no\.?|#))${numberWord}?`,
      4,
      40,
    ),
    // The kernel's `Serial: 8250/16550 driver` is no serial number.
    accepts: (value) => !value.includes('/'),
  },
  {
    kind: 'DEVICE',
    pattern: pattern(
      String.raw`(?<![\da-fA-F:\-])[\da-fA-F]{2}(?:([:\-])[\da-fA-F]{2})(?:\1[\da-fA-F]{2}){4}(?![\da-fA-F:\-])`,
    ),
  },
  {
    kind: 'DEVICE',
    pattern: pattern(String.raw`(?<![\da-fA-F.])[\da-fA-F]{4}\.[\da-fA-F]{4}\.[\da-fA-F]{4}(?![\da-fA-F.])`),
  },
  {
    kind: 'DEVICE',
    pattern: pattern(
      String.raw`(?<![\da-fA-F\-])[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}(?![\da-fA-F\-])`,
    ),
  },
  // GS1 application identifiers of a medical device: (01) its number, then lot, dates and serial.
  {
    kind: 'DEVICE',
    needs: /\(01\)/u,
    pattern: pattern(String.raw`\(01\)\d{14}(?:\(\d{2,4}\)[A-Za-z\d./\-]{1,20}){0,5}`),
  },
  {
    kind: 'BIOMETRIC',
    begins: wordList('finger voice retina iris palm face facial biometric'),
    pattern: labelled(
      String.raw`(?i:finger[\s_]?prints?[\s_](?:template|scan|record|id|ref(?:erence)?|hash|minutiae)|(?:voice[\s_]?prints?|retinal?|iris|palm(?:[\s_](?:vein|print))?|face|facial|biometric)[\s_]?(?:template|scan|record|id|ref(?:erence)?|hash|code|enrol?lment)?)(?:[\s_](?:id|ref|no\.?|number|template|hash))?(?=\s?["']?[:=#\s])`,
      4,
      128,
    ),
  },
  {
    kind: 'ID',
    begins: wordList(
      'passport visa encounter visit accession specimen prescription rx claim case referral authorization authorisation employee student badge national alien military veteran admission csn fin aadhaar nhs nino curp dni cedula tax',
    ),
    pattern: labelled(
      String.raw`(?:(?i:passport|visa|encounter|visit|accession|specimen|prescription|rx|claim|case|referral|authori[sz]ation|employee|student|badge|national|alien|military|veteran|admission|csn|fin|aadhaar|nhs|nino|curp|dni|cedula|tax)${numberWord}|(?i:passport|accession|aadhaar|csn|nhs|nino|curp|dni)(?:[\s_](?:no\.?|number))?)`,
      4,
      30,
    ),
    accepts: (value) => digitsIn(value) >= 3,
  },
  {
    kind: 'ID',
    begins: 'number',
    digits: [3],
    pattern: pattern(String.raw`(?<!\d[ \t:.,/\-]{0,8})\d{3}[ \-]\d{3}[ \-]\d{4}(?!\d)(?![ \t]{1,8}\d)`),
    accepts: passesNhs,
  },
  // A British national insurance number.
  {
    kind: 'ID',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}\d])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\p{L}\d])`,
    ),
  },
];

export const numberDetectors: readonly Detector[] = [
  ...socialAndRecord,
  ...plansAndAccounts,
  ...licencesAndVehicles,
  ...devicesAndOthers,
];
