import type { FactValue, Facts } from '../../contracts/facts.ts';
import type { Detector, PhiKind } from './detectors.ts';
import { addressDetectors, detectors } from './detectors.ts';

/** Keyed hash of a text in lower-case hex (HMAC-SHA256 with a key of the site's own). */
export type Hmac = (text: string) => string;

export interface ScrubberOptions {
  /** Keyed per site: the same identifier gives the same token within a site and unrelated tokens in two. */
  hmac: Hmac;
  /** Whether IP addresses go too. */
  addresses?: boolean;
}

/** Replaces identifiers of persons in a text by tokens. */
export type Scrubber = (text: string) => string;

interface Find {
  start: number;
  end: number;
  kind: PhiKind;
}

/** What looks like nothing and would hide an identifier from every pattern: zero-width and soft-hyphen characters. */
const invisible = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu;
const dashes = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/gu;
/** A token of an earlier pass, left as it is so that scrubbing twice changes nothing. */
const token = /\[(?:SSN|MRN|ACCOUNT|NAME|EMAIL|PHONE|DATE|ADDRESS|URL|DEVICE|IP):[0-9a-f]{8}\]/gu;

/**
 * A scrubber of the HIPAA identifiers (45 CFR 164.514(b)(2)) as far as patterns find them: names beside labels and
 * titles, SSN, record, account and insurance numbers, dates, phone, e-mail, postal addresses, URLs, device ids and,
 * where asked, IP addresses. A token is `[KIND:hash]` with the first 8 hex of the site-keyed HMAC of the normalised
 * identifier, so that equal identifiers stay equal. Text is brought to Unicode form NFKC without invisible characters
 * first. Time is linear in the length of the text whatever it says. Idempotent.
 */
export function createScrubber(options: ScrubberOptions): Scrubber {
  const active = options.addresses ? [...detectors, ...addressDetectors] : detectors;
  return (text) => {
    const plain = text.normalize('NFKC').replace(invisible, '').replace(dashes, '-');
    let scrubbed = '';
    let position = 0;
    for (const find of withoutOverlaps(findIn(plain, active), tokensIn(plain))) {
      const identifier = normalise(find.kind, plain.slice(find.start, find.end));
      const hash = options.hmac(`${find.kind}:${identifier}`).slice(0, 8);
      scrubbed += `${plain.slice(position, find.start)}[${find.kind}:${hash}]`;
      position = find.end;
    }
    return scrubbed + plain.slice(position);
  };
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
  { kind: 'ACCOUNT', name: /(?:^|_)(?:insurance|member|policy|subscriber)_(?:id|number)$/u },
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
  const replace = (text: string) =>
    text === ''
      ? text
      : `[${kind}:${hmac(`${kind}:${normalise(kind, text.normalize('NFKC'))}`).slice(0, 8)}]`;
  if (Array.isArray(value)) return value.map(replace);
  return value === null || typeof value === 'boolean' ? value : replace(String(value));
}

function findIn(text: string, active: readonly Detector[]): Find[] {
  const finds: Find[] = [];
  for (const { kind, pattern, accepts } of active) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['v'] ?? [match.index, match.index + match[0].length];
      if (!accepts || accepts(text.slice(start, end))) finds.push({ start, end, kind });
    }
  }
  return finds;
}

function tokensIn(text: string): { start: number; end: number }[] {
  return [...text.matchAll(token)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Finds in order; overlapping ones become one that covers all of them, and nothing reaches into an earlier token. */
function withoutOverlaps(finds: Find[], tokens: { start: number; end: number }[]): Find[] {
  const merged: Find[] = [];
  // The sort is stable, so that of two finds at one place the detector listed first names the token.
  for (const find of finds.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && find.start < last.end) last.end = Math.max(last.end, find.end);
    else merged.push({ ...find });
  }
  return outside(merged, tokens);
}

function outside(finds: Find[], tokens: { start: number; end: number }[]): Find[] {
  const kept: Find[] = [];
  let next = 0;
  for (const find of finds) {
    let start = find.start;
    while (next < tokens.length && (tokens[next]?.end ?? 0) <= start) next += 1;
    for (let index = next; index < tokens.length; index += 1) {
      const held = tokens[index];
      if (!held || held.start >= find.end) break;
      if (held.start > start) kept.push({ ...find, start, end: held.start });
      start = Math.max(start, held.end);
    }
    if (start < find.end) kept.push({ ...find, start });
  }
  return kept;
}

/** One spelling for every way to write an identifier, so that joins on tokens work. */
function normalise(kind: PhiKind, identifier: string): string {
  if (kind === 'SSN') return identifier.replace(/\D/gu, '');
  if (kind === 'PHONE') return identifier.replace(/\D/gu, '').replace(/^1(?=\d{10}$)/u, '');
  if (kind === 'MRN' || kind === 'ACCOUNT' || kind === 'DEVICE') {
    return identifier.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  }
  return identifier.toLowerCase().replace(/\s+/gu, ' ').trim();
}
