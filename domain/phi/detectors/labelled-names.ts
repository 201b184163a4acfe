import { colon, pattern, wordList, type Detector } from '../detector.ts';
import { isKnownName, isOrdinaryWord, keyOf } from '../names/lexicon.ts';

const word = String.raw`\p{L}[\p{L}\p{M}'’.\-]{0,40}`;
const capitalWord = String.raw`\p{Lu}[\p{L}\p{M}'’.\-]{0,40}`;
const particle = '(?:de|la|las|los|del|da|dos|van|von|der|den|bin|bint|ibn|al|el|ter|ten|le)';
const gap = String.raw`(?:[,^]\s?|[ ]{1,3}|,[ ]{1,3})`;
/** What is followed by a sign of its own is the next label. */
const noLabel = String.raw`(?![\p{L}\p{M}_]|[ ]{0,2}[:=])`;
const names = String.raw`${word}(?:${gap}${word}${noLabel}){0,3}`;
const capitalNames = String.raw`${capitalWord}(?:[ ]{1,3}(?:${particle}[ ]){0,2}${capitalWord}(?![\p{L}\p{M}_]|[ ]{0,2}[:=])){0,3}`;
/** After a colon only a person can follow these, in whatever case. */
const personLabel = String.raw`(?i:patient|pt|guarantor|guardian|insured|spouse|next[\s_]of[\s_]kin|nok|emergency[\s_]contact|(?:full|first|last|middle|maiden|patient|family|given|sur|mother|father)[\s_]?(?:s[\s_])?name|surname|gecos|paciente|nombre|apellidos?|caregiver)`;
/** A label of these may be a machine's too, so that the name must be written as one. */
const roleLabel = String.raw`(?i:subscriber|physician|doctor|clinician|nurse|therapist|surgeon|caller|requester|requestor|requested[\s_]by|reported[\s_]by|entered[\s_]by|signed[\s_]by|seen[\s_]by|signature|attending|referred[\s_]by|referring(?:[\s_](?:physician|provider))?|pcp|assignee|reporter|employee|staff|attn|technician|display[\s_]?name|contact[\s_]?name|responsible[\s_]party|policy[\s_]?holder|witness|interpreter)`;
const title =
  '(?:Dr|DR|Dra|Mr|MR|Mrs|MRS|Ms|MS|Mx|Miss|Prof|Nurse|Patient|PATIENT|Doctor|Rev|Fr|Sr|Sra|Srta|Se[ñn]ora?|Don|Do[ñn]a|Herr|Frau|Mme|Madame|Monsieur|Sheikh|Imam|Rabbi|Sister|Brother|Aunt|Uncle|Auntie|Grandma|Grandpa|Capt|Sgt|Officer|Pastor|Father|Mother)';

/**
 * How far a name goes beside a label: to the first ordinary word in lower case, or as a third word or later. Nothing where
 * it begins with an ordinary word, as `Patient Portal` does, unless a name that is known follows.
 */
const nameExtent = (value: string) => extentTo(value, 2);
/** The same beside a title, which the surname alone may follow: to any ordinary word. */
const titledExtent = (value: string) => extentTo(value, 1);

function extentTo(value: string, leastOrdinary: number): number {
  let end = 0;
  const words = [...value.matchAll(/[\p{L}\p{M}'’-]+/gu)];
  for (const [index, { 0: word, index: start }] of words.entries()) {
    const isOrdinary = isOrdinaryWord(word);
    const next = words[index + 1]?.[0];
    if (index === 0 && isOrdinary && !(next !== undefined && isKnownName(keyOf(next)))) return 0;
    if (index > 0 && isOrdinary && (/^\p{Ll}/u.test(word) || index >= leastOrdinary)) break;
    end = start + word.length;
  }
  return end;
}

/** (A) of the list where a label or a title says that a name follows. Free text is read by `findNames`. */
export const labelledNameDetectors: readonly Detector[] = [
  {
    kind: 'NAME',
    begins: wordList(
      'patient pt guarantor guardian insured spouse next nok emergency full first last middle maiden family given surname mother father gecos paciente nombre apellido caregiver',
    ),
    pattern: pattern(
      String.raw`(?<!\p{L})${personLabel}(?:[\s_]{0,3}(?i:name))?(?:\s?\([^)\r\n]{1,24}\))?${colon}(?<v>${names})`,
    ),
    extent: nameExtent,
  },
  {
    kind: 'NAME',
    begins: wordList(
      'subscriber physician doctor clinician nurse therapist surgeon caller requester requested reported entered signed seen signature attending referred referring pcp assignee reporter employee staff attn technician display contact responsible policy witness interpreter',
    ),
    pattern: pattern(String.raw`(?<!\p{L})${roleLabel}(?:[\s_]{0,3}(?i:name))?${colon}(?<v>${capitalNames})`),
    extent: nameExtent,
  },
  {
    // A bare `name:` stands before all kinds of things; two capitalised words, or a surname and a comma, make a person.
    kind: 'NAME',
    begins: wordList('name'),
    pattern: pattern(
      String.raw`(?<![\p{L}_])(?i:name)(?:\s?\([^)\r\n]{1,24}\))?${colon}(?<v>${capitalWord}(?:(?:,[ ]?|[ ]{1,3})(?:${particle}[ ]){0,2}${capitalWord}){1,3})`,
    ),
    extent: nameExtent,
  },
  {
    kind: 'NAME',
    begins: 'capital',
    pattern: pattern(String.raw`(?<!\p{L})${title}(?:\.\s{0,3}|\s{1,3})(?<v>${capitalNames})`),
    extent: titledExtent,
  },
  {
    kind: 'NAME',
    begins: wordList('name given family patient first last full'),
    needs: /name>|given>|family>/iu,
    pattern: pattern(
      String.raw`(?<=<\/?[\p{L}:_]{0,20})(?i:[\p{L}_]{0,12}name|given|family)>\s{0,3}(?<v>${capitalNames})(?=\s{0,3}<)`,
    ),
    extent: nameExtent,
  },
  // Degrees after a name, which is then a person of the practice.
  {
    kind: 'NAME',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}])(?=(?<n>${capitalWord}(?:[ ](?:${particle}[ ]){0,2}${capitalWord}){1,3}),?[ ](?:MD|M\.D\.|DO|RN|R\.N\.|NP|PA-C|LPN|DDS|DMD|PhD|PharmD|FNP|CNA|LCSW|DPT)(?![\p{L}]))(?<v>\k<n>)`,
    ),
    extent: nameExtent,
  },
];
