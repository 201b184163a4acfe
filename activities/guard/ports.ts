import type { RunResult } from '../../contracts/central-activities.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Envelope, Order } from '../../contracts/order.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import type { GuardFacts } from '../../domain/guard/guard-facts.ts';
import type { HostRun } from '../../domain/guard/next-on-host.ts';

/** What the guard's activities need of others. */
export interface GuardDependencies {
  /** The catalogue as it stands. */
  catalog: () => Catalog;
  policies: { policyOf(site: string): Promise<SitePolicy> };
  slots: HealingSlots;
  signer: OrderSigner;
  /** `bytes` unpredictable bytes. */
  random: (bytes: number) => Uint8Array;
  /** Milliseconds since epoch. A guard that was kept waiting must not judge by the time it was asked at. */
  nowMs: () => number;
}

/** The runs under way and lately ended at each site, which blast radius, circuit breaker and cooldown are judged by. */
export interface HealingSlots {
  /**
   * Runs `decide` with the current facts while nobody else claims at the site, and stores the claim where the decision
   * grants it. A claim made before by the same order is kept and shows as `alreadyClaimed`. A claim nobody settles ends
   * at `leaseUntil`. Rejects with what `decide` throws and stores nothing then.
   */
  claim<T extends { granted: boolean }>(request: SlotRequest, decide: (facts: GuardFacts) => T): Promise<T>;
  /** Ends the order's claim and remembers how the run ended. Does nothing where it is settled or was never claimed. */
  settle(orderId: string, site: string, result: RunResult, at: string): Promise<void>;
}

/** What waking those who wait for a run's end needs. */
export interface WakingDependencies {
  catalog: () => Catalog;
  slots: HealingSlots & {
    /** What runs on the host of the order, and what waits there for others to end, the oldest first. */
    runsBeside(orderId: string, site: string): Promise<{ running: HostRun[]; waiting: HostRun[] }>;
  };
  /** Tells an incident to ask the guard now; does nothing where it has ended. */
  wake: (incident: string) => Promise<void>;
}

export interface SlotRequest {
  orderId: string;
  site: string;
  host: string;
  check: string;
  /** Workflow id of the incident. */
  incident: string;
  runbook: string;
  /** The L1 rule that asks, for its cooldown. */
  rule?: string;
  /** ISO 8601. */
  leaseUntil: string;
  at: string;
}

/** Signs orders with the key that appliances trust. */
export interface OrderSigner {
  sign(order: Order): Envelope;
}
