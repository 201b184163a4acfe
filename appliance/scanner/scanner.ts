import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Observation, ProbeError } from '../../contracts/observation.ts';
import type { CheckSettings, ScanInput, ScanReport } from '../../contracts/site-activities.ts';
import type { CatalogSource } from '../catalog-source.ts';
import { type HostConfig, isLocal } from '../config.ts';
import { TransportError } from '../transports/transport-error.ts';
import { baselineProblem } from './catalog-check.ts';
import { unknownOs } from './host-os.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { errorObservation, observeChecks, type ObserveDeps, type Occasion } from './observe-checks.ts';
import { planCheck } from './plan-check.ts';
import { transportProblem } from './probe-error.ts';

export interface ScannerDeps extends ObserveDeps {
  site: string;
  hosts: readonly HostConfig[];
  catalog: CatalogSource;
}

/** Stands for the baseline where a host cannot be checked at all, so that it still shows. */
const wholeHost = { id: 'malachor.host', severity: 'high' } as const;

/** Most hosts are waited for rather than worked for; what one of them may print is bounded. */
const hostsAtOnce = 16;

interface HostReport {
  about: ScanReport['hosts'][number];
  observations: Observation[];
}

/** Runs checks on the hosts of one site. Reads only. */
export class Scanner {
  readonly #deps: ScannerDeps;
  readonly #hosts: ReadonlyMap<string, HostConfig>;

  constructor(deps: ScannerDeps) {
    this.#deps = deps;
    this.#hosts = new Map(deps.hosts.map((host) => [host.id, host]));
  }

  /** Every host of the appliance, in its configuration's order. */
  get hostIds(): string[] {
    return [...this.#hosts.keys()];
  }

  /** Scans hosts side by side. A host that cannot be read costs one connection attempt and yields an error a check. */
  async scanHosts(input: ScanInput, signal?: AbortSignal): Promise<ScanReport> {
    const startedAt = new Date(this.#deps.now()).toISOString();
    const catalog = await this.#deps.catalog();
    const ids = input.hosts ?? [...this.#hosts.keys()];
    const reports = await mapConcurrently(ids, hostsAtOnce, (id) =>
      this.#scanHost(catalog, id, input, signal),
    );
    return {
      site: this.#deps.site,
      startedAt,
      finishedAt: new Date(this.#deps.now()).toISOString(),
      hosts: reports.map(({ about }) => about),
      observations: reports.flatMap(({ observations }) => observations),
    };
  }

  /** Runs one check on one host, to see whether a fix took; also one that the site has turned off. */
  async probeCheck(
    input: { host: string; check: string; settings?: CheckSettings },
    signal?: AbortSignal,
  ): Promise<Observation> {
    const host = this.#hosts.get(input.host);
    const occasion = this.#occasion(input.host, 'verify', signal);
    const catalog = await this.#deps.catalog();
    const baseline = host && catalog.baselines.get(host.baseline);
    const planned = planCheck(catalog, input.check, baseline, input.settings);
    const subject = planned.ok ? planned.check : planned.subject;
    if (host === undefined) return errorObservation(this.#deps, occasion, subject, hostUnknown(input.host));
    if (!planned.ok) return errorObservation(this.#deps, occasion, subject, planned.problem);
    try {
      const [seen] = (await observeChecks(this.#deps, occasion, [planned])).observations;
      if (seen === undefined) throw new Error('one check gives one observation');
      return seen;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return errorObservation(this.#deps, occasion, subject, transportProblem(error));
    }
  }

  async #scanHost(
    catalog: Catalog,
    id: string,
    { checks, settings }: Pick<ScanInput, 'checks' | 'settings'>,
    signal?: AbortSignal,
  ): Promise<HostReport> {
    const occasion = this.#occasion(id, 'scan', signal);
    const host = this.#hosts.get(id);
    const baseline = host && catalog.baselines.get(host.baseline);
    const held = host === undefined ? {} : { baseline: host.baseline };
    const wanted = (checks ?? baseline?.checks)?.filter(
      (check) =>
        settings === undefined || !Object.hasOwn(settings, check) || settings[check]?.enabled !== false,
    );
    const failAll = (problem: ProbeError): HostReport => ({
      about: { host: id, os: unknownOs, reachable: false, ...held },
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
    const planned = wanted.map((check) => planCheck(catalog, check, baseline, settings));
    try {
      const ready = planned.filter((plan) => plan.ok);
      const { os, observations } = await observeChecks(this.#deps, occasion, ready);
      const seen = new Map(observations.map((each) => [each.check, each]));
      return {
        about: { host: id, os, reachable: true, ...held },
        observations: planned.flatMap((plan) =>
          plan.ok
            ? (seen.get(plan.check.id) ?? [])
            : errorObservation(this.#deps, occasion, plan.subject, plan.problem, os),
        ),
      };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return failAll(transportProblem(error));
    }
  }

  #occasion(host: string, source: Occasion['source'], signal?: AbortSignal): Occasion {
    const config = this.#hosts.get(host);
    return {
      site: this.#deps.site,
      host,
      source,
      ...(config && { target: { address: isLocal(config) ? '127.0.0.1' : config.address } }),
      ...(signal === undefined ? {} : { signal }),
    };
  }
}

function hostUnknown(id: string): ProbeError {
  return {
    code: 'host_unknown',
    message: `host ${id} is not one of this appliance's hosts`,
    nextStep: 'Enrol the host with this appliance, or correct its name.',
  };
}
