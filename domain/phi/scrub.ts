import type { FactValue, Facts } from '../../contracts/facts.ts';
import type { PhiKind } from './detector.ts';
import { addressDetectors, detectors } from './detectors.ts';
import { findIdentifiers } from './find-identifiers.ts';
import { decodedReadingOf } from './reading.ts';
import { indexDetectors, type Find } from './run-detectors.ts';
import { createWindows, defaultSizes, type Piece, type WindowSizes } from './windows.ts';

/** Keyed hash of a text in lower-case hex (HMAC-SHA256 with a key of the site's own). */
export type Hmac = (text: string) => string;

export interface ScrubberOptions {
  /** Keyed per site: the same identifier gives the same token within a site and unrelated tokens in two. */
  hmac: Hmac;
  /** Whether IP addresses go too. */
  addresses?: boolean;
  /** For texts in chunks: how much is decided at once. */
  sizes?: WindowSizes;
}

/** Replaces identifiers of persons in a text by tokens. */
export type Scrubber = (text: string) => string;

/** Scrubs a text that comes in chunks. */
export interface ScrubStream {
  /** Takes the next chunk and returns what is decided by now, which may be nothing. */
  push(chunk: string): string;
  /** Returns the rest. The stream is then as new. */
  end(): string;
}

/**
 * A scrubber of the HIPAA identifiers (45 CFR 164.514(b)(2)); `detectors` says which are found, and how. A token is
 * `[KIND:hash]` with the first 8 hex of the site-keyed HMAC of the normalised identifier, so that equal identifiers stay
 * equal however they are written. Text is read in Unicode form NFKC without invisible characters, look-alikes as what
 * they look like, and HTML entities, percent-encoding, and the escapes of JSON and C decoded; what is no identifier stays
 * as it is written. Not read: base64, quoted-printable, compressed or encrypted text, numbers in words, text backwards.
 * Time is linear in the length of the text whatever it says. Tokens of an earlier pass stay.
 */
export function createScrubber(options: ScrubberOptions): Scrubber {
  const stream = createScrubStream(options);
  return (text) => stream.push(text) + stream.end();
}

/**
 * The same for a text in chunks, cut anywhere: whatever the chunks, what comes out is what `createScrubber` makes of the
 * whole text. An identifier of up to 4,096 UTF-16 units, with its label, is found wherever a chunk or a window ends.
 * Holds at most 40,000 units and the chunk; output is behind input by as much. Chunks are text: bytes must be decoded by
 * a decoder that keeps a character cut in two.
 */
export function createScrubStream(options: ScrubberOptions): ScrubStream {
  const index = indexOf(options);
  const windows = createWindows((text) => findIdentifiers(text, index), options.sizes);
  const written = (pieces: readonly Piece[]) =>
    pieces.map((piece) => replaceIn(piece, options.hmac)).join('');
  return { push: (chunk) => written(windows.push(chunk)), end: () => written(windows.end()) };
}

/** What a scrubber with these options replaces in a text: each find with its offsets, in order. */
export function identifiersIn(text: string, options: Omit<ScrubberOptions, 'hmac'> = {}): Find[] {
  const index = indexOf(options);
  const windows = createWindows((view) => findIdentifiers(view, index), options.sizes ?? defaultSizes);
  const finds: Find[] = [];
  let position = 0;
  for (const piece of [...windows.push(text), ...windows.end()]) {
    for (const { kind, start, end } of piece.finds) {
      finds.push({ kind, start: start + position, end: end + position });
    }
    position += piece.text.length;
  }
  return finds;
}

const withoutAddresses = indexDetectors(detectors);
const withAddresses = indexDetectors([...detectors, ...addressDetectors]);
const indexOf = ({ addresses }: { addresses?: boolean }) => (addresses ? withAddresses : withoutAddresses);

function replaceIn({ text, finds }: Piece, hmac: Hmac): string {
  let scrubbed = '';
  let position = 0;
  for (const { kind, start, end } of finds) {
    scrubbed += `${text.slice(position, start)}${tokenOf(kind, text.slice(start, end), hmac)}`;
    position = end;
  }
  return scrubbed + text.slice(position);
}

function tokenOf(kind: PhiKind, identifier: string, hmac: Hmac): string {
  const { text } = decodedReadingOf(identifier);
  return `[${kind}:${hmac(`${kind}:${normalise(kind, text)}`).slice(0, 8)}]`;
}

/** Fact names whose whole value is an identifier, whatever it looks like. */
const identifyingNames: readonly { kind: PhiKind; name: RegExp }[] = [
  { kind: 'SSN', name: /(?:^|_)(?:ssn|social_security(?:_number)?)(?:_|$)/u },
  {
    kind: 'MRN',
    name: /(?:^|_)(?:mrn|medical_record(?:_number)?|patient_(?:id|number)|chart_number)(?:_|$)/u,
  },
  { kind: 'DATE', name: /(?:^|_)(?:dob|birth_?date|date_of_birth)(?:_|$)/u },
  { kind: 'NAME', name: /(?:^|_)(?:patients?|(?:full|first|last|patient|person)_names?|gecos)$/u },
  { kind: 'PHONE', name: /(?:^|_)(?:phone|telephone|mobile|fax)(?:_number)?$/u },
  { kind: 'EMAIL', name: /(?:^|_)e?mail(?:_address)?$/u },
  { kind: 'ADDRESS', name: /(?:^|_)(?:street|postal|home|mailing)_address$/u },
  { kind: 'PLAN', name: /(?:^|_)(?:insurance|member|policy|subscriber)_(?:id|number)$/u },
  { kind: 'DEVICE', name: /(?:^|_)(?:serial(?:_number)?|device_id|asset_tag|imei)$/u },
];

/**
 * Facts as `scrubber` leaves them. A fact whose name says it is an identifier is replaced as a whole, numbers too;
 * other numbers and booleans stay. Names of facts come from the catalogue and stay.
 */
export function scrubFacts(facts: Facts, scrubber: Scrubber, hmac: Hmac): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      const kind = identifyingNames.find((entry) => entry.name.test(name))?.kind;
      return [name, kind ? replaceWhole(value, kind, hmac) : scrubValue(value, scrubber)];
    }),
  );
}

function scrubValue(value: FactValue, scrubber: Scrubber): FactValue {
  if (typeof value === 'string') return scrubber(value);
  return Array.isArray(value) ? value.map(scrubber) : value;
}

function replaceWhole(value: FactValue, kind: PhiKind, hmac: Hmac): FactValue {
  const replace = (text: string) => (text === '' ? text : tokenOf(kind, text, hmac));
  if (Array.isArray(value)) return value.map(replace);
  return value === null || typeof value === 'boolean' ? value : replace(String(value));
}

/** One spelling for every way to write an identifier, so that joins on tokens work. */
function normalise(kind: PhiKind, identifier: string): string {
  if (kind === 'SSN' || kind === 'PHONE') {
    const digits = identifier.replace(/[Oo]/gu, '0').replace(/[lI]/gu, '1').replace(/\D/gu, '');
    return kind === 'PHONE' ? digits.replace(/^1(?=\d{10}$)/u, '') : digits;
  }
  if (kind === 'NAME') {
    const letters = identifier.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return letters.replace(/[\s^]+/gu, ' ').trim();
  }
  if (lettersAndDigits.has(kind)) return identifier.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  return identifier.toLowerCase().replace(/\s+/gu, ' ').trim();
}

const lettersAndDigits: ReadonlySet<PhiKind> = new Set([
  'MRN',
  'PLAN',
  'ACCOUNT',
  'LICENCE',
  'VEHICLE',
  'DEVICE',
  'BIOMETRIC',
  'ID',
]);
