import type { IncidentStatement } from '../../evidence/bundle.ts';
import type { Story } from '../../contracts/story.ts';
import type { RunMark } from './host-log.ts';
import type { SwitchState } from './hosts.ts';
import type { AcceptedDecision } from './people.ts';

/** A bundle as it lies in the ledger. */
export interface RecordedBundle {
  entry: number;
  moment: IncidentStatement['predicate']['moment'];
  story: Story;
}

/** Any entry of a site's ledger. */
export interface RecordedEntry {
  site: string;
  entry: number;
  /** Number of the heartbeat, where it is one. */
  heartbeat?: number;
}

/** A workflow execution as Temporal has it. */
export interface Execution {
  workflowId: string;
  type: string;
  status: string;
  /** Why its workflow tasks failed, by history; a timed-out task of a killed worker is no failure. */
  taskFailures: string[];
  /** Activities that are under way or waiting to be retried. */
  pendingActivities: number;
}

/** How often a part was killed and how often it ended after it had served. */
export interface PartLife {
  name: string;
  kills: number;
  ends: number;
}

/** Everything the invariants are judged by, each from where it cannot be prettied up. */
export interface Truth {
  /** What the runbooks wrote on the hosts. */
  marks: RunMark[];
  switches: SwitchState[];
  /** Drifts planted, by host and name. */
  planted: { host: string; name: string; count: number }[];
  /** The newest incident of each host and check, by the API. */
  stories: Story[];
  /** Entries about incidents. */
  bundles: RecordedBundle[];
  /** All entries. */
  entries: RecordedEntry[];
  executions: Execution[];
  decisions: AcceptedDecision[];
  /** Orders whose slot is still held. */
  heldOrders: string[];
  parts: PartLife[];
}
