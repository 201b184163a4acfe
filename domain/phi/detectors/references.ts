import { pattern, wordList, type Detector } from '../detector.ts';

const image = '(?i:jpe?g|png|heic|heif|dcm|bmp|tiff?|webp|gif|raw)';
const showsPerson =
  '(?i:photos?|faces?|facial|portraits?|headshots?|selfies?|mugshots?|patients?|pt|profile|wound|intake|img|dsc[nf]?|pxl|dcim|scan)';

/** (Q) of the list: names of picture files that by their words are of a person, or that a label calls a photo. */
export const referenceDetectors: readonly Detector[] = [
  {
    kind: 'PHOTO',
    needs: /\.(?:jpe?g|png|heic|heif|dcm|bmp|tiff?|webp|gif|raw)/iu,
    pattern: pattern(
      String.raw`(?<![\p{L}\d._\-])(?=(?:[\p{L}\d]{0,40}[._\-]){0,6}?${showsPerson}(?:[._\-\d]|$))[\p{L}\d._\-]{1,120}\.${image}(?![\p{L}\d])`,
    ),
  },
  {
    kind: 'PHOTO', begins: wordList('photo portrait headshot selfie face picture'),
    needs: /\.(?:jpe?g|png|heic|heif|dcm|bmp|tiff?|webp|gif|raw)/iu,
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:photo(?:graph)?|portrait|headshot|selfie|face|picture)(?i:[\s_](?:file|path|ref|image|attached|id))?["']?\s{0,2}[:=]?\s{0,2}["']?(?<v>[\p{L}\d._\-]{1,120}\.${image})(?![\p{L}\d])`,
    ),
  },
];
