import { pattern, wordList, type Detector } from '../detector.ts';

const image = '(?i:jpe?g|png|heic|heif|dcm|bmp|tiff?|webp|gif|raw)';
const hasImage = /\.(?:jpe?g|png|heic|heif|dcm|bmp|tiff?|webp|gif|raw)/iu;
/** Words, between the signs of a file's name, that say that it shows a person. */
const showsPerson =
  /(?:^|[\d._-])(?:photos?|faces?|facial|portraits?|headshots?|selfies?|mugshots?|patients?|pt|profile|wound|intake|img|dsc[nf]?|pxl|dcim|scan)(?:[\d._-]|$)/iu;

/** (Q) of the list: names of picture files that by their words are of a person, or that a label calls a photo. */
export const referenceDetectors: readonly Detector[] = [
  {
    kind: 'PHOTO',
    needs: hasImage,
    pattern: pattern(String.raw`(?<![\p{L}\d._\-])[\p{L}\d._\-]{1,120}\.${image}(?![\p{L}\d])`),
    accepts: (value) => showsPerson.test(value),
  },
  {
    kind: 'PHOTO',
    begins: wordList('photo portrait headshot selfie face picture'),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:photo(?:graph)?|portrait|headshot|selfie|face|picture)(?i:[\s_](?:file|path|ref|image|attached|id))?["']?\s{0,2}[:=]?\s{0,2}["']?(?<v>[\p{L}\d._\-]{1,120}\.${image})(?![\p{L}\d])`,
    ),
  },
];
