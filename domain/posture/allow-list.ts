import { exposures, isWithin, type Exposure } from './address.ts';
import type { Listener } from './listener.ts';
import { splitList } from './split-list.ts';

/** What one entry of an allow-list allows. */
export interface AllowEntry {
  /** The entry as written. */
  text: string;
  protocol: 'tcp' | 'udp';
  firstPort: number;
  lastPort: number;
  /** The one process that may listen; any where absent. */
  process?: string;
  /** The farthest exposure allowed. */
  exposure: Exposure;
}

/** The entries of an allow-list, or everything that is wrong with it. */
export type ParsedAllowList = { ok: true; entries: AllowEntry[] } | { ok: false; problems: string[] };

const form = /^([^/@]+)\/([^/@]+)(?:\/([^@]*))?(?:@(.*))?$/u;

/**
 * Reads an allow-list: entries separated by commas, each `protocol/port`, `protocol/first-last`, and after it, where
 * wanted, `/process` and `@exposure`: `tcp/22/sshd, udp/123, tcp/8000-8100, tcp/5432@private`. The exposure is the
 * farthest allowed, `any` without one. An empty list allows nothing. An entry with a fault is never left out: the list
 * is refused, with the reason for each.
 */
export function parseAllowList(text: string): ParsedAllowList {
  const entries: AllowEntry[] = [];
  const problems: string[] = [];
  for (const part of splitList(text)) {
    const entry = parseEntry(part);
    if (typeof entry === 'string') problems.push(`${JSON.stringify(part)} ${entry}`);
    else entries.push(entry);
  }
  return problems.length === 0 ? { ok: true, entries } : { ok: false, problems };
}

function parseEntry(text: string): AllowEntry | string {
  if (text === '') return 'is empty: there is a comma too many';
  const match = form.exec(text);
  if (match === null) return 'is not of the form protocol/port, as tcp/22';
  const [, protocol, ports = '', process, exposure] = match;
  if (protocol !== 'tcp' && protocol !== 'udp')
    return `has the protocol ${protocol}, which is neither tcp nor udp`;
  const range = parsePorts(ports);
  if (typeof range === 'string') return range;
  if (process !== undefined && !/^[^\s,/@]{1,64}$/u.test(process))
    return 'has no process after its second slash, or one with spaces';
  if (exposure !== undefined && !isExposure(exposure))
    return `has the exposure ${exposure}, which is none of ${exposures.join(', ')}`;
  return {
    text,
    protocol,
    ...range,
    ...(process === undefined ? {} : { process }),
    exposure: exposure ?? 'any',
  };
}

function parsePorts(text: string): { firstPort: number; lastPort: number } | string {
  const [, first, last = first] = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/u.exec(text) ?? [];
  const [firstPort, lastPort] = [Number(first), Number(last)];
  if (first === undefined || firstPort > 65_535 || lastPort > 65_535)
    return `has the port ${text}, which is not a number from 1 to 65535 or a range of them`;
  if (firstPort > lastPort) return `has the range ${text}, which ends before it begins`;
  return { firstPort, lastPort };
}

function isExposure(text: string): text is Exposure {
  return (exposures as readonly string[]).includes(text);
}

/** Whether an entry says anything about a listener's port, whatever the process and the exposure. */
function isAboutPort({ protocol, firstPort, lastPort }: AllowEntry, listener: Listener): boolean {
  return protocol === listener.protocol && firstPort <= listener.port && listener.port <= lastPort;
}

/**
 * Whether the entries allow a listener. Each of its processes has to be allowed by some entry, so that nobody hides
 * behind a socket that is shared; a listener whose process is not known is allowed only by an entry that names none.
 */
export function isAllowed(listener: Listener, entries: readonly AllowEntry[]): boolean {
  const fitting = entries.filter(
    (entry) => isAboutPort(entry, listener) && isWithin(listener.exposure, entry.exposure),
  );
  if (fitting.some(({ process }) => process === undefined)) return true;
  return (
    listener.processes.length > 0 &&
    listener.processes.every((name) => fitting.some(({ process }) => process === name))
  );
}

/** Whether an entry allows something of the listener, so that the list needs it. */
export function isUsedBy(entry: AllowEntry, listener: Listener): boolean {
  return (
    isAboutPort(entry, listener) &&
    isWithin(listener.exposure, entry.exposure) &&
    (entry.process === undefined || listener.processes.includes(entry.process))
  );
}
