import { formatAddress, parseAddress, type Exposure } from './address.ts';
import { exposureOf } from './exposure.ts';

/** A socket that takes connections or datagrams. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  /** Normalised: lower case, without brackets, `0.0.0.0` or `::` for every address, the interface after `%`. */
  address: string;
  port: number;
  /** Names of the processes that hold it; empty where the kernel does, or they could not be read. */
  processes: string[];
  exposure: Exposure;
}

const protocols = new Map([
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const);
/** Longest name of a process; Windows names may have more than the 15 characters of Linux. */
const maxProcessCharacters = 260;

/**
 * Reads `protocol address port process`, as `tcp [::]:22` of ss(8) is written `tcp [::] 22 sshd`. The process is the rest
 * of the line; several are separated by commas; `-` or nothing where there is none. Undefined where the line has another
 * form.
 */
export function parseListener(line: string): Listener | undefined {
  const [, name = '', host = '', digits = '', rest = ''] =
    /^(\S+) +(\S+) +(\d{1,5})(?: +(.*))?$/u.exec(line.trim()) ?? [];
  const protocol = protocols.get(name.toLowerCase() as 'tcp');
  const address = parseAddress(host);
  const port = Number(digits);
  if (protocol === undefined || address === undefined || port < 1 || port > 65_535) return undefined;
  const processes = rest
    .split(',')
    .map((process) => process.trim())
    .filter((process) => process !== '' && process !== '-');
  if (processes.some((process) => process.length > maxProcessCharacters)) return undefined;
  return {
    protocol,
    address: formatAddress(address),
    port,
    processes: [...new Set(processes)],
    exposure: exposureOf(address),
  };
}

/** The listener as a line for people and for facts: `tcp 0.0.0.0 22 sshd any`, with `-` where no process is known. */
export function listenerLine({ protocol, address, port, processes, exposure }: Listener): string {
  return `${protocol} ${address} ${port} ${processes.join(',') || '-'} ${exposure}`.slice(0, 1_000);
}
