import { colon, pattern, wordList, type Detector } from '../detector.ts';
import { isOrdinaryWord } from '../names/lexicon.ts';

const states =
  '(?:A[KLRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])';
const stateNames =
  '(?i:alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new\\s(?:hampshire|jersey|mexico|york)|north\\s(?:carolina|dakota)|ohio|oklahoma|oregon|pennsylvania|rhode\\sisland|south\\s(?:carolina|dakota)|tennessee|texas|utah|vermont|virginia|washington|west\\svirginia|wisconsin|wyoming)';
const zip = String.raw`\d{5}(?:[ ]?-[ ]?\d{4})?(?![\d\-])`;
/** Words that end a street's name in any case, and those that are too ordinary for it unless they are capitalised. */
const streetAnyCase =
  '(?i:street|avenue|ave|boulevard|blvd|road|rd|lane|drive|parkway|pkwy|highway|hwy|terrace|turnpike)';
const streetCapital =
  '(?:S[Tt]|L[Nn]|D[Rr]|C[Tt]|P[Ll]|C[Ii][Rr]|T[Ee][Rr]|S[Qq]|T[Rr][Ll]|Court|COURT|Place|PLACE|Square|SQUARE|Circle|CIRCLE|Way|WAY|Loop|LOOP|Trail|TRAIL|Pike|Alley|Row|Crescent|Close|Plaza|Crossing|Run|Ridge|Path|Point|Cove|Bend|Mews|Gardens|Hill|Walk|Broadway|Heights|Grove|Commons|Landing|Route|Expressway|Freeway)';
const cityWord = String.raw`\p{Lu}[\p{L}.'’\-]{1,30}`;
const city = String.raw`${cityWord}(?:[ ](?:(?:de|del|la|las|los|du|of|the)[ ]){0,2}(?:[dD]['’])?${cityWord}){0,3}`;
const gap = String.raw`(?:[ ]{1,2}|,[ ]{0,2}|,?[ ]{0,2}\r?\n[ \t>]{0,16})`;
const unit = String.raw`(?:${gap}(?:(?i:apt|apartment|suite|ste|unit|room|rm|floor|fl|bldg|building|lot|flat)\.?[ ]?#?[ ]?|#[ ]?)[\p{L}\d\-]{1,8})?`;
const cityStateZip = String.raw`(?:${gap}${city})?(?:${gap}(?:${states}|${stateNames}))(?:${gap}${zip})?`;
/** What may follow the street: a unit, and a city with its state, with its code, or alone after a comma. */
const tail = String.raw`\.?${unit}(?:${cityStateZip}|${gap}${city}${gap}${zip}|${gap}${zip}|(?:,[ ]|,?[ ]{0,2}\r?\n[ \t>]{0,16}|[ ]in[ ])${city}(?![\p{L}]))?`;
const direction = String.raw`(?:(?:[NSEW]|NE|NW|SE|SW|North|South|East|West)\.?[ ])?`;
const streetName = String.raw`(?:[\p{Lu}\d][\p{L}\d'’.\-]{0,30}[ ]{1,2}(?:(?:de|del|la|las|los|du|of|the)[ ]){0,2}){1,4}`;
/** What is a place's name, and no meeting room's. */
const isPlaceLike = (value: string) => !(value.match(/[\p{L}'’-]{2,}/gu) ?? []).every(isOrdinaryWord);

/**
 * (B) of the list: streets, cities, counties and ZIP codes. A ZIP code goes whole: its first three digits may stay only
 * for areas of more than 20,000 people, which needs a census that this does not have. States stay unless they stand in
 * an address. A city is found beside a state, a ZIP code, a street, a label, or words of living and coming from.
 */
export const placeDetectors: readonly Detector[] = [
  {
    kind: 'ADDRESS',
    begins: 'number',
    digits: [1, 2, 3, 4, 5, 6],
    pattern: pattern(
      String.raw`(?<![\p{N}.\-/:])\d{1,6}(?:-\d{1,4})?[A-Za-z]?(?:[ ]½)?,?[ ]{1,2}${direction}(?:${streetName}(?:${streetAnyCase}|${streetCapital})|(?:(?!(?:in|on|the|an?|of|per|to|for|by|and|or|at)[ ])\p{Ll}[\p{L}'’]{0,30}[ ]){1,3}(?:street|avenue|ave|boulevard|blvd|road|rd|lane|parkway|highway)|(?:Avenue|Ave\.?|Via|Calle|Rua|Rue|Av\.|Avenida|Camino|Paseo|Boulevard)[ ](?:(?i:de|la|las|los|del|da|do|des|du)[ ]){0,2}[\p{Lu}][\p{L}]{0,30}|(?:Broadway|Highway[ ]\d{1,4}|Hwy\.?[ ]\d{1,4}|Route[ ]\d{1,4}|County[ ]Road[ ]\d{1,4}))(?![\p{L}\p{N}])(?:[ ](?:N|S|E|W|NE|NW|SE|SW)\b\.?)?${tail}`,
    ),
  },
  {
    // A street without a house number: after a word of place.
    kind: 'ADDRESS',
    begins: wordList('on at near off from to along corner house'),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:on|at|near|off|from|to|along|corner\sof|house\son)[ ](?<v>${direction}(?:[\p{Lu}][\p{L}'’.\-]{1,30}[ ]|\d{1,3}(?:st|nd|rd|th)[ ]){1,3}(?:Street|Avenue|Ave|Boulevard|Blvd|Road|Rd|Lane|Ln|Drive|Parkway|Highway|Terrace|Court|St)(?![\p{L}\p{N}])(?:\.(?=[\s,])|)(?:(?:,[ ]|[ ]in[ ])${city}(?:${gap}(?:${states}|${stateNames}))?)?)`,
    ),
  },
  {
    // Street words that come first, or are the end of the word, and the number after them.
    kind: 'ADDRESS',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}])(?:(?:Calle|Avenida|Av\.|Carrera|Paseo|Plaza|Rua|Via|Viale|Piazza|Ulica|ul\.|Camino)[ ](?:(?i:de|la|las|los|del|da|do|el)[ ]){0,2}[\p{L}\d][\p{L}'’.\-]{0,30}(?:[ ](?:(?i:de|la|del)[ ]){0,2}\p{Lu}[\p{L}'’\-]{0,30}){0,2},?[ ](?:(?i:no\.?|n[º°]|num\.?|#)[ ]?)?\d{1,5}[A-Za-z]?|[\p{Lu}][\p{L}\-]{2,30}(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|platz)[ ]\d{1,4}[a-z]?)(?![\p{L}\p{N}])(?:,?[ ]\d{4,5}[ ]${city}|,[ ]${city})?`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: wordList('p po post apartado r rr rural psc'),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:p\.?\s?o\.?\s?box|post\soffice\sbox|apartado(?:\spostal)?|r\.?r\.?[ ]\d{1,3},?[ ]box|rural\sroute[ ]\d{1,3},?[ ]box|psc[ ]\d{1,5},?[ ]box)\s#?\d{1,10}(?:${cityStateZip})?`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}.])${city},\s{0,2}(?:${states}|${stateNames})(?![\p{L}\d])(?:\.?,?\s{1,3}${zip})?`,
    ),
  },
  {
    // State and ZIP code; two letters that are a word of their own need the comma, as in the pattern above.
    kind: 'ADDRESS',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}\d_])(?!(?:ID|OK|IN|OR|ME|HI|MS|PA|AL|PR|VI|IA)[ ])${states}[ ]{1,2}${zip}`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: 'number',
    digits: [5],
    pattern: pattern(String.raw`(?<![\d.\-/:\p{L}])\d{5}[ ]?-[ ]?\d{4}(?![\d\-.])`),
  },
  {
    kind: 'ADDRESS',
    begins: wordList('zip postal postcode plz c'),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:zip(?:[\s_]{0,2}codes?)?|postal[\s_]{0,2}code|postcode|plz|c[oó]digo\spostal|c\.p\.)(?:${colon}|\s{1,3}(?:(?i:is|of)\s)?)(?<v>\d{5}(?:[ ]?-[ ]?\d{4})?|[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}|[A-Z]\d[A-Z][ ]?\d[A-Z]\d)(?![\p{L}\d])`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: wordList('street home mailing postal billing address addr domicilio direcci anschrift'),
    pattern: pattern(
      String.raw`(?<![\p{L}])(?i:(?:street|home|mailing|postal|billing)?[\s_]?address(?:[\s_]?line)?(?:[\s_]?[12])?|addr|street|domicilio|direcci[oó]n|anschrift)${colon}(?<v>\d{1,6}[ ][^\s,;"'<>]{1,30}(?:[ ][^\s,;"'<>]{1,30}){0,4}${tail})`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: wordList('home birth city town county municipality ciudad parish village borough'),
    pattern: pattern(
      String.raw`(?<![\p{L}])(?i:(?:home|birth)?[\s_]?(?:city|town|county|municipality|ciudad|parish|village|borough))${colon}(?<v>${city})`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: 'capital',
    pattern: pattern(
      String.raw`(?<![\p{L}])(?<!\b(?:The|This|Our|Your|Each|In|Of)[ ])${cityWord}(?:[ ]${cityWord})?[ ](?:County|Parish|Borough|Township)(?!\p{L})`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: wordList('county city town village township borough'),
    pattern: pattern(
      String.raw`(?<![\p{L}])(?i:county|city|town|village|township|borough)\sof\s(?<v>${city})`,
    ),
  },
  {
    kind: 'ADDRESS',
    begins: wordList(
      'lives living resides moves relocated born raised grew based hometown commutes drives travels transferred visiting native',
    ),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:(?:liv(?:es|ed|ing)|resid(?:es|ed|ing)|mov(?:es|ed|ing)(?:\s(?:back|away))?|relocat(?:ed|es|ing)|born|raised|grew\sup|based|hometown|commut(?:es|ing)|drives?|travell?(?:s|ed|ing)|transferred|visiting|native)\s(?:(?:up|down|over|out|in|alone)\s)?(?:in|to|near|outside|from|of|around)\s(?:(?:the\s)?(?:city|town|village|suburbs?)\sof\s|downtown\s|north\s|south\s|east\s|west\s)?)(?<v>${city}(?:,\s(?:${states}|${stateNames})(?!\p{L}))?)`,
    ),
    accepts: isPlaceLike,
  },
  {
    kind: 'ADDRESS',
    begins: wordList(
      'patient pt woman man girl boy lady gentleman female male family resident refugee student veteran visitor worker she he',
    ),
    pattern: pattern(
      String.raw`(?<!\p{L})(?i:patient|pt|woman|man|girl|boy|lady|gentleman|female|male|family|resident|refugee|student|veteran|visitor|worker|s?he\sis|s?he['’]s)\s(?i:from)\s(?<v>${city}(?:,\s(?:${states}|${stateNames})(?!\p{L}))?)`,
    ),
    accepts: isPlaceLike,
  },
];
