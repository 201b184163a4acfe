import type { Observation } from '../../contracts/observation.ts';
import type { ScanInput, ScanReport } from '../../contracts/site-activities.ts';
import type { Scanner } from './scanner.ts';

/** Hosts of a page; as many as are scanned side by side. */
const hostsOfPage = 16;

/** What a page may have in bytes of JSON. Temporal refuses a payload of more than 2 MiB. */
const maxPageBytes = 1_500_000;

/**
 * Scans one page of the hosts, from `input.from` on. Hosts that would make the report too large to travel are left for the
 * next page. Where one host alone does, its largest answers become `unknown`, so that a host that says too much hides
 * nothing of the others.
 */
export async function scanPage(
  scanner: Pick<Scanner, 'scanHosts' | 'hostIds'>,
  { from, ...input }: ScanInput,
  signal?: AbortSignal,
  maxBytes = maxPageBytes,
): Promise<ScanReport> {
  const ids = [...new Set(input.hosts ?? scanner.hostIds)];
  // A host that is not there any more begins the scan anew rather than ending it.
  const start = from === undefined ? 0 : Math.max(0, ids.indexOf(from));
  const page = ids.slice(start, start + hostsOfPage);
  const report = await scanner.scanHosts({ ...input, hosts: page }, signal);
  const seen = Map.groupBy(report.observations, ({ host }) => host);
  const kept: Observation[] = [];
  let bytes = 0;
  let count = 0;
  for (const id of page) {
    const observations = fitted(seen.get(id) ?? [], maxBytes);
    const size = sizeOf(observations);
    if (count > 0 && bytes + size > maxBytes) break;
    kept.push(...observations);
    bytes += size;
    count += 1;
  }
  const told = new Set(page.slice(0, count));
  const next = ids[start + count];
  return {
    ...report,
    hosts: report.hosts.filter(({ host }) => told.has(host)),
    observations: kept,
    ...(next === undefined ? {} : { next }),
  };
}

/** The observations of a host, without the facts of the largest where all together are too large. */
function fitted(observations: Observation[], maxBytes: number): Observation[] {
  let excess = sizeOf(observations) - maxBytes;
  if (excess <= 0) return observations;
  const cut = new Map<Observation, Observation>();
  for (const observation of [...observations].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    if (excess <= 0) break;
    const short = withoutFacts(observation);
    excess -= sizeOf(observation) - sizeOf(short);
    cut.set(observation, short);
  }
  return observations.map((observation) => cut.get(observation) ?? observation);
}

function withoutFacts(observation: Observation): Observation {
  const { host, check } = observation;
  return {
    ...observation,
    status: 'unknown',
    facts: {},
    message: `The answers of ${host} are too large to be sent, this one among the largest.`,
    error: {
      code: 'output_too_large',
      message: `the facts of ${check} on ${host} are too large to be sent together with its others`,
      nextStep: 'Run the probe by hand on the host and find out why it says so much.',
    },
  };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
