import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Observation, ProbeError } from '../../contracts/observation.ts';
import type { ScanInput, ScanReport } from '../../contracts/site-activities.ts';
import type { CatalogSource } from '../catalog-source.ts';
import type { HostConfig } from '../config.ts';
import { TransportError } from '../transports/transport-error.ts';
import { baselineProblem, findCheck } from './catalog-check.ts';
import { unknownOs } from './host-os.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { errorObservation, observeCheck, type ObserveDeps, type Occasion } from './observe-check.ts';
import { transportProblem } from './probe-error.ts';

export interface ScannerDeps extends ObserveDeps {
  site: string;
  hosts: readonly HostConfig[];
  catalog: CatalogSource;
}

/** Stands for the baseline where a host cannot be checked at all, so that it still shows. */
const wholeHost = { id: 'malachor.host', severity: 'high' } as const;

const hostsAtOnce = 8;
/** Channels side by side on one connection; OpenSSH allows ten sessions (`MaxSessions`). */
const checksAtOnce = 4;

type HostReport = ScanReport['hosts'][number] & { observations: Observation[] };

/** Runs checks on the hosts of one site. Reads only. */
export class Scanner {
  readonly #deps: ScannerDeps;
  readonly #hosts: ReadonlyMap<string, HostConfig>;

  constructor(deps: ScannerDeps) {
    this.#deps = deps;
    this.#hosts = new Map(deps.hosts.map((host) => [host.id, host]));
  }

  /** Scans hosts side by side. A host that cannot be read costs one connection attempt and yields an error a check. */
  async scanHosts(input: ScanInput, signal?: AbortSignal): Promise<ScanReport> {
    const startedAt = new Date(this.#deps.now()).toISOString();
    const catalog = await this.#deps.catalog();
    const ids = input.hosts ?? [...this.#hosts.keys()];
    const reports = await mapConcurrently(ids, hostsAtOnce, (id) =>
      this.#scanHost(catalog, id, input.checks, signal),
    );
    return {
      site: this.#deps.site,
      startedAt,
      finishedAt: new Date(this.#deps.now()).toISOString(),
      hosts: reports.map(({ host, os, reachable }) => ({ host, os, reachable })),
      observations: reports.flatMap(({ observations }) => observations),
    };
  }

  /** Runs one check on one host, to see whether a fix took. */
  async probeCheck(input: { host: string; check: string }, signal?: AbortSignal): Promise<Observation> {
    const occasion = this.#occasion(input.host, 'verify', signal);
    const host = this.#hosts.get(input.host);
    const found = findCheck(await this.#deps.catalog(), input.check);
    const subject = found.ok ? found.check : { id: input.check, severity: 'medium' as const };
    if (host === undefined) return errorObservation(this.#deps, occasion, subject, hostUnknown(input.host));
    if (!found.ok) return errorObservation(this.#deps, occasion, subject, found.problem);
    return observeCheck(this.#deps, occasion, found.check);
  }

  async #scanHost(
    catalog: Catalog,
    id: string,
    checks: readonly string[] | undefined,
    signal?: AbortSignal,
  ): Promise<HostReport> {
    const occasion = this.#occasion(id, 'scan', signal);
    const host = this.#hosts.get(id);
    const baseline = host && catalog.baselines.get(host.baseline);
    const wanted = checks ?? baseline?.checks;
    const failAll = (problem: ProbeError): HostReport => ({
      host: id,
      os: unknownOs,
      reachable: false,
      observations: (wanted ?? [wholeHost.id]).map((check) =>
        errorObservation(
          this.#deps,
          occasion,
          catalog.checks.get(check) ?? { ...wholeHost, id: check },
          problem,
        ),
      ),
    });
    if (host === undefined) return failAll(hostUnknown(id));
    if (wanted === undefined) return failAll(baselineProblem(catalog, host.baseline));
    try {
      // First and alone, so that a host that cannot be logged in to is asked once and not once a check.
      const os = await this.#deps.osReader.read(id);
      const observations = await mapConcurrently(wanted, checksAtOnce, (check) => {
        const found = findCheck(catalog, check);
        return found.ok
          ? observeCheck(this.#deps, occasion, found.check)
          : errorObservation(this.#deps, occasion, { id: check, severity: 'medium' }, found.problem, os);
      });
      return { host: id, os, reachable: true, observations };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return failAll(transportProblem(error));
    }
  }

  #occasion(host: string, source: Occasion['source'], signal?: AbortSignal): Occasion {
    return { site: this.#deps.site, host, source, ...(signal === undefined ? {} : { signal }) };
  }
}

function hostUnknown(id: string): ProbeError {
  return {
    code: 'host_unknown',
    message: `host ${id} is not one of this appliance's hosts`,
    nextStep: 'Enrol the host with this appliance, or correct its name.',
  };
}
