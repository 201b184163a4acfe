import type { Envelope, Order, OrderOutcome } from '../../contracts/order.ts';
import type { NamedKey } from '../../evidence/dsse.ts';
import type { CatalogSource } from '../catalog-source.ts';
import { carryOut } from './carry-out.ts';
import type { ChangeDeps } from './change-host.ts';
import { concludeInterrupted } from './conclude-interrupted.ts';
import type { JournalEntry } from './order-journal.ts';
import { readOrder } from './read-order.ts';
import { type OrderContext, verifyOrder } from './verify-order.ts';

export interface OrderExecutorDeps extends ChangeDeps {
  site: string;
  hosts: ReadonlySet<string>;
  catalog: CatalogSource;
  /** Keys whose orders are obeyed. */
  keys: readonly NamedKey[];
  clockAllowanceMs?: number;
}

const defaultClockAllowanceMs = 30_000;

/**
 * Carries out signed orders at most once each. Whatever an order or a host does is an outcome; what it throws is the
 * appliance's own trouble (a journal that cannot be written), in which nothing was run or the next try says `interrupted`.
 */
export class OrderExecutor {
  readonly #deps: OrderExecutorDeps;
  readonly #running = new Map<string, Promise<OrderOutcome>>();

  constructor(deps: OrderExecutorDeps) {
    this.#deps = deps;
  }

  /** Idempotent by order id: a second call joins a running order, and gets the journalled outcome of a finished one. */
  async execute(envelope: Envelope): Promise<OrderOutcome> {
    const read = await readOrder(envelope, this.#deps.keys);
    // Not journalled: who cannot sign could otherwise use up the ids of orders to come.
    if (!read.ok) return refused(read.claimedId, read.refusal, read.message);
    const { order, payloadSha256 } = read;
    const key = `${order.id} ${payloadSha256}`;
    return this.#running.get(key) ?? this.#run(order, payloadSha256, key);
  }

  /** Resolves when no order is running. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  #run(order: Order, payloadSha256: string, key: string): Promise<OrderOutcome> {
    const running = this.#once(order, payloadSha256).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  async #once(order: Order, payloadSha256: string): Promise<OrderOutcome> {
    const { journal } = this.#deps;
    const entry = journal.find(order.id);
    if (entry !== undefined && entry.payloadSha256 !== payloadSha256) {
      return usedId(order.id);
    }
    if (entry?.outcome !== undefined) return entry.outcome;
    if (entry?.state === 'started') return this.#finish(await concludeInterrupted(this.#deps, entry));
    return this.#start(order, payloadSha256, entry);
  }

  async #start(order: Order, payloadSha256: string, entry: JournalEntry | undefined): Promise<OrderOutcome> {
    const { journal } = this.#deps;
    const context = await this.#context();
    // From here to the journal nothing waits, so that two orders of one id or nonce cannot both pass.
    if (entry === undefined && journal.find(order.id) !== undefined) return usedId(order.id);
    const verdict = verifyOrder(order, context);
    if (!verdict.ok) {
      const outcome = refused(order.id, verdict.refusal, verdict.message);
      if (entry === undefined) journal.refuse(order, payloadSha256, outcome);
      else journal.finish(order.id, outcome);
      return outcome;
    }
    // A received order that was never started has changed nothing, so it may begin anew.
    if (entry === undefined) journal.receive(order, payloadSha256);
    return this.#finish(await carryOut(this.#deps, order, verdict));
  }

  #finish(outcome: OrderOutcome): OrderOutcome {
    this.#deps.journal.finish(outcome.orderId, outcome);
    return outcome;
  }

  async #context(): Promise<OrderContext> {
    const { site, hosts, catalog, journal, now, clockAllowanceMs } = this.#deps;
    return {
      site,
      hosts,
      catalog: await catalog(),
      nowMs: now(),
      clockAllowanceMs: clockAllowanceMs ?? defaultClockAllowanceMs,
      orderOfNonce: (nonce) => journal.orderOfNonce(nonce),
      find: (id) => journal.find(id),
      isUndone: (id) => journal.isUndone(id),
    };
  }
}

function refused(
  orderId: string,
  refusal: NonNullable<OrderOutcome['refusal']>,
  message: string,
): OrderOutcome {
  return { orderId, result: 'refused', refusal, message: `Nothing was run: ${message}.` };
}

function usedId(orderId: string): OrderOutcome {
  return refused(orderId, 'replayed', "the order's id was used for another order");
}
