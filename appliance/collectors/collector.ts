import type { CollectorName } from '../../contracts/catalog/probe.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';

/** The host whose check asks. */
export interface CollectorTarget {
  /** Name or IP address by which the appliance reaches the host. */
  address: string;
}

/**
 * Reads facts over the network, as any client of the practice would, with a check's parameters. What answers badly or not
 * at all becomes facts. Ends when `signal` aborts, rejecting with its reason.
 *
 * @throws CollectorError where it cannot do what it is asked to, whatever the network does.
 */
export type Collector = (
  parameters: ParameterValues,
  signal: AbortSignal,
  target?: CollectorTarget,
) => Promise<Facts>;

/** The collectors by name. */
export type Collectors = Readonly<Record<CollectorName, Collector>>;

/** A collector's parameters are not usable. */
export class CollectorError extends Error {
  readonly code = 'probe_failed';
  /** What a person does next, as one imperative sentence. */
  readonly nextStep = 'Correct the parameters of the check in the baseline or the settings of the site.';

  constructor(collector: CollectorName, reason: string) {
    super(`the collector ${collector} cannot run: ${reason}`);
    this.name = 'CollectorError';
  }
}
