import type { HandOver, HandOverInput } from './evidence-record.ts';
import type { ParameterValues } from './catalog/parameter.ts';
import type { HostOs, Observation } from './observation.ts';
import type { Envelope, OrderOutcome } from './order.ts';
import type { CosignAnswer } from './witnessing.ts';

/** Activities that only an appliance of the site carries out, on queue `site-<id>`. */
export interface SiteActivities {
  /**
   * Runs every check of each host's baseline, or the given ones. A host that cannot be read yields `error`s. A report is
   * one page, small enough to travel: `next` says where the following one begins.
   */
  scanHosts(input: ScanInput): Promise<ScanReport>;
  /** Runs one check on one host, as a scan would. Reads only. */
  probeCheck(input: ProbeInput): Promise<Observation>;
  /**
   * Carries out a signed order at most once. A retry returns the journalled outcome. Never throws for anything the
   * order or the host does: that is an outcome. Heartbeats while the script runs.
   *
   * @param input.verify looked at once the order has completed, so that it takes no second way through the queue
   */
  executeOrder(input: { order: Envelope; verify?: ProbeInput }): Promise<OrderResult>;
  /** Forgets the records that were taken, puts aside those refused, and gives the next that wait. Repeatable. */
  handOverEvidence(input: HandOverInput): Promise<HandOver>;
  /**
   * Cosigns a checkpoint of its own site's ledger that continues the last one it cosigned, and refuses every other: that is an
   * answer. What it cosigned is on disk before it answers. Repeatable.
   *
   * @param input.request body of `add-checkpoint` (c2sp.org/tlog-witness)
   */
  cosignCheckpoint(input: { site: string; request: string }): Promise<CosignAnswer>;
}

/** One check of one host. */
export interface ProbeInput {
  site: string;
  host: string;
  check: string;
  settings?: CheckSettings;
}

/** What became of an order and, where it completed and that was asked for, what its check said right after. */
export type OrderResult = OrderOutcome & { verification?: Observation };

/**
 * What a site sets of checks, by id, over the host's baseline. The appliance checks every value against the check's own
 * declaration; one it does not accept makes the check an error.
 */
export type CheckSettings = Record<string, CheckSetting>;
export interface CheckSetting {
  /** Default true. A check that is off is not run. */
  enabled?: boolean;
  parameters?: ParameterValues;
}

export interface ScanInput {
  site: string;
  /** Only these hosts; all of the site without it. */
  hosts?: string[];
  /** Only these checks; the host's baseline without it. */
  checks?: string[];
  settings?: CheckSettings;
  /** Where the page begins: `next` of the report before. */
  from?: string;
  /** What puts the page on record, signed by the appliance before it reports; without it nothing is. */
  onRecord?: ScanPageName;
}

/** Which page of which scan it is. */
export interface ScanPageName {
  /** Names the scan; its pages have the same. */
  scan: string;
  /** From 0. */
  page: number;
  /** The time of the schedule that the scan answers. ISO 8601, UTC. */
  scheduledAt?: string;
}

export interface ScanReport {
  site: string;
  startedAt: string;
  finishedAt: string;
  hosts: {
    host: string;
    os: HostOs;
    reachable: boolean;
    /** Id of the baseline it is held to; absent where the appliance does not know the host. */
    baseline?: string;
  }[];
  /** Every observation, passes included. */
  observations: Observation[];
  /** The host that the next page begins with; absent on the last one. */
  next?: string;
}
