import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { toMicroseconds } from './measurement-line.ts';

/**
 * Analysis `chrony_sources`: what a host's own chronyd says of its sources, from the CSV of chronyc(1).
 *
 * Reads the facts
 * - `sources`, lines of `chronyc -n -c sources` (10 fields: mode, state, address, stratum, poll, reach in octal, seconds
 *   since the last sample, adjusted offset, measured offset, error)
 * - `tracking`, the line of `chronyc -n -c tracking` (14 fields)
 * - `authdata`, optional, lines of `chronyc -n -c authdata` (10 fields); it needs root and chrony 4.0
 *
 * Gives the facts
 * - `synchronised`: whether chronyd follows a source other than its own clock now; what the next line says only then
 * - `offset_ms`, `offset_abs_ms`: the host's clock minus true time as chronyd has it; `root_distance_ms`: how far that
 *   may be wrong; `stratum` of the host itself; `leap`: `none`, `insert`, `delete` or `not_synchronised`;
 *   `reference`: the source followed
 * - `source_count`; `usable_count`: answered the last of eight polls or an earlier one, and is selectable;
 *   `unreachable_sources`, `falsetickers`: addresses; `max_source_stratum` of the usable ones
 * - with `authdata`: `nts_count` and `symmetric_key_count`, the sources configured so; `authenticated_count`: those that
 *   are usable, too, and, for NTS, hold keys and cookies; `unauthenticated_sources`: addresses of the usable rest
 *
 * A line that cannot be read gives `analysis_error` and all else null.
 */
export const chronySources = completing(
  [
    'synchronised',
    'leap',
    'reference',
    'stratum',
    'offset_ms',
    'offset_abs_ms',
    'root_distance_ms',
    'source_count',
    'usable_count',
    'unreachable_sources',
    'falsetickers',
    'max_source_stratum',
    'nts_count',
    'symmetric_key_count',
    'authenticated_count',
    'unauthenticated_sources',
  ],
  analyse,
);

function analyse(facts: Facts): Facts {
  const { sources, tracking, authdata } = facts;
  if (!Array.isArray(sources) || typeof tracking !== 'string')
    return { analysis_error: 'There is nothing of chronyc sources and chronyc tracking.' };
  const read = sources.map(readSource);
  const clock = readTracking(tracking);
  const auth = Array.isArray(authdata) ? authdata.map(readAuthentication) : undefined;
  if (!clock || !read.every((source) => source !== undefined) || auth?.includes(undefined))
    return { analysis_error: 'The output of chronyc has another form than its CSV.' };
  const usable = read.filter(isUsable);
  return {
    ...clock,
    source_count: read.length,
    usable_count: usable.length,
    unreachable_sources: read.filter(({ reach }) => reach === 0).map(({ address }) => address),
    falsetickers: read.filter(({ state }) => state === 'x').map(({ address }) => address),
    ...(usable.length === 0 ? {} : { max_source_stratum: Math.max(...usable.map(({ stratum }) => stratum)) }),
    ...(auth === undefined
      ? {}
      : authenticationFacts(
          usable,
          auth.filter((each) => each !== undefined),
        )),
  };
}

interface Source {
  mode: string;
  /** `*` followed, `+` combined, `-` not combined, `x` false, `~` too variable, `?` unusable. */
  state: string;
  address: string;
  stratum: number;
  /** Bits of the last eight polls, the newest lowest; 1 where it was answered. */
  reach: number;
}

function isUsable({ state, reach }: Source): boolean {
  return reach > 0 && '*+-'.includes(state);
}

function readSource(line: string): Source | undefined {
  const fields = line.split(',');
  const [mode = '', state = '', address = '', stratum = '', , reach = ''] = fields;
  if (fields.length !== 10 || !'^=#'.includes(mode) || !'*+-x~? '.includes(state) || address === '')
    return undefined;
  if (mode.length !== 1 || state.length !== 1 || !/^\d{1,2}$/u.test(stratum) || !/^[0-7]{1,3}$/u.test(reach))
    return undefined;
  return { mode, state, address, stratum: Number(stratum), reach: Number.parseInt(reach, 8) };
}

/** What chronyd names itself by where it serves its own clock and follows none (directive `local`). */
const localReference = '7F7F0101';

const leaps = new Map([
  ['Normal', 'none'],
  ['Insert second', 'insert'],
  ['Delete second', 'delete'],
  ['Not synchronised', 'not_synchronised'],
]);

function readTracking(line: string): Facts | undefined {
  const fields = line.split(',');
  const leap = leaps.get(fields[13] ?? '');
  const [stratum, correction, rootDelay, rootDispersion] = [2, 4, 10, 11].map((index) =>
    readNumber(fields[index]),
  );
  if (fields.length !== 14 || leap === undefined) return undefined;
  if (stratum === undefined || correction === undefined) return undefined;
  if (rootDelay === undefined || rootDispersion === undefined) return undefined;
  if (leap === 'not_synchronised' || fields[0] === localReference) return { synchronised: false, leap };
  return {
    synchronised: true,
    leap,
    reference: fields[1] ?? '',
    stratum,
    // chronyc counts what has to be added to the system's clock.
    offset_ms: toMicroseconds(-correction * 1_000),
    offset_abs_ms: toMicroseconds(Math.abs(correction) * 1_000),
    root_distance_ms: toMicroseconds((rootDelay / 2 + rootDispersion) * 1_000),
  };
}

interface Authentication {
  address: string;
  mode: string;
  keyBits: number;
  cookies: number;
}

function readAuthentication(line: string): Authentication | undefined {
  const fields = line.split(',');
  const [address = '', mode = ''] = fields;
  const [keyBits, cookies] = [readNumber(fields[4]), readNumber(fields[8])];
  if (fields.length !== 10 || address === '' || !['-', 'SK', 'NTS', '?'].includes(mode)) return undefined;
  return keyBits === undefined || cookies === undefined ? undefined : { address, mode, keyBits, cookies };
}

function authenticationFacts(usable: readonly Source[], auth: readonly Authentication[]): Facts {
  const proven = new Set(auth.filter(isAuthenticated).map(({ address }) => address));
  // A reference clock of the host itself needs no authentication.
  const remote = usable.filter(({ mode }) => mode !== '#');
  return {
    nts_count: auth.filter(({ mode }) => mode === 'NTS').length,
    symmetric_key_count: auth.filter(({ mode }) => mode === 'SK').length,
    authenticated_count: remote.filter(({ address }) => proven.has(address)).length,
    unauthenticated_sources: remote
      .filter(({ address }) => !proven.has(address))
      .map(({ address }) => address),
  };
}

function isAuthenticated({ mode, keyBits, cookies }: Authentication): boolean {
  return mode === 'SK' || (mode === 'NTS' && keyBits > 0 && cookies > 0);
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}(?:\.\d{1,12})?$/u.test(text) ? Number(text) : undefined;
}
