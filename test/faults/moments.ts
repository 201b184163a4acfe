import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { FaultHosts } from './hosts.ts';
import type { Moment } from './plan-kills.ts';
import { switches } from './switches.ts';

const lookEveryMs = 60;

/** Sees when it is time for an aimed kill, by looking where the facts are: at the hosts and into the database. */
export class Moments {
  readonly #hosts: FaultHosts;
  readonly #database: Pool;
  readonly #onDecision = new Set<() => void>();

  constructor(hosts: FaultHosts, databaseUrl: string) {
    this.#hosts = hosts;
    // Row-level security shows nothing without a scope; this one reads all sites and changes none.
    this.#database = new Pool({ connectionString: databaseUrl, max: 2, options: '-c malachor.scope=all' });
    // The server is killed under it; the next query opens a new connection.
    this.#database.on('error', () => undefined);
  }

  /** Called when a person is about to send a decision. */
  readonly decisionIsSent = (): void => {
    for (const tell of this.#onDecision) tell();
  };

  /** Resolves to true when the moment is there, to false when it did not come within `limitMs`. */
  async reached(moment: Moment, limitMs: number): Promise<boolean> {
    switch (moment) {
      case 'any':
        return true;
      case 'remediation_running':
        return until(() => this.#hosts.isRemediating(), limitMs);
      case 'order_signed': {
        const before = new Set(await this.openOrders());
        return until(async () => (await this.openOrders()).some((order) => !before.has(order)), limitMs);
      }
      case 'ticket_waiting':
        return until(() => this.#isAnyoneAsked(), limitMs);
      case 'decision_in_flight':
        return this.#decisionWithin(limitMs);
    }
  }

  /** Orders that hold a slot of their runbook: signed, and not yet settled. None while the database is down. */
  async openOrders(): Promise<string[]> {
    try {
      const { rows } = await this.#database.query<{ order: string }>(
        'select order_id as order from runbook_run where result is null',
      );
      return rows.map(({ order }) => order);
    } catch {
      return [];
    }
  }

  async close(): Promise<void> {
    await this.#database.end();
  }

  async #isAnyoneAsked(): Promise<boolean> {
    try {
      const { rows } = await this.#database.query(
        `select from incident where state = 'waiting_for_person' and "check" = any($1) limit 1`,
        [switches.map(({ check }) => check)],
      );
      return rows.length > 0;
    } catch {
      return false;
    }
  }

  async #decisionWithin(limitMs: number): Promise<boolean> {
    const over = new AbortController();
    let tell: () => void = () => undefined;
    const sent = new Promise<boolean>((resolve) => {
      tell = () => {
        resolve(true);
      };
      this.#onDecision.add(tell);
    });
    const late = sleep(limitMs, false, { signal: over.signal }).catch(() => false);
    const isSent = await Promise.race([sent, late]);
    over.abort();
    this.#onDecision.delete(tell);
    return isSent;
  }
}

async function until(holds: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    await sleep(lookEveryMs);
  }
  return false;
}
