import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import type { Signer } from '../../evidence/signer.ts';
import { LocalShellTransport } from '../transports/local-shell-transport.ts';
import { buildOrder, buildRunbook, catalogOf, newSigner, signOrder } from './order-builder.ts';
import { OrderExecutor } from './order-executor.ts';
import { OrderJournal } from './order-journal.ts';

/** An executor with the one runbook a test is about. */
export interface GivenRunbook {
  executor: OrderExecutor;
  order: (change?: Partial<Order>) => Order;
  /** Signs whatever it is given and has it carried out. */
  send: (value: unknown) => Promise<OrderOutcome>;
}

/** A journal, a transport, a key and a clock for tests of orders. */
export class OrderBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'malachor-orders-'));
  readonly transport = new LocalShellTransport();
  readonly signer: Signer = newSigner();
  nowMs = Date.now();
  /** Whether the executor's clock goes on; without it the clock stands at `nowMs`. */
  hasRunningClock = false;
  /** As the executor's option. */
  confirmWithinMs: number | undefined;
  journal = this.openJournal();

  openJournal(): OrderJournal {
    return new OrderJournal(join(this.directory, 'orders.db'));
  }

  /** As when the appliance's process has ended and another one begins. */
  restart(): void {
    this.journal.close();
    this.journal = this.openJournal();
  }

  given(over: Partial<RunbookDefinition> = {}): GivenRunbook {
    const catalog = catalogOf(buildRunbook(over));
    const executor = this.#executorOf(catalog);
    return {
      executor,
      order: (change = {}) => buildOrder(catalog, this.nowMs, change),
      send: (value) => executor.execute(signOrder(value, this.signer)),
    };
  }

  /** A remediation that counts its runs. */
  get countRun(): string {
    return `echo run >> ${join(this.directory, 'runs')}`;
  }

  get runs(): number {
    try {
      return readFileSync(join(this.directory, 'runs'), 'utf8').split('\n').length - 1;
    } catch {
      return 0;
    }
  }

  close(): void {
    this.journal.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #executorOf(catalog: Catalog): OrderExecutor {
    return new OrderExecutor({
      site: 'main-street',
      hosts: new Set(['srv-1']),
      keys: [this.signer],
      catalog: () => Promise.resolve(catalog),
      transport: this.transport,
      journal: this.journal,
      now: () => (this.hasRunningClock ? Date.now() : this.nowMs),
      ...(this.confirmWithinMs === undefined ? {} : { confirmWithinMs: this.confirmWithinMs }),
    });
  }
}
