import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { isRunnable, type RunnableRunbook } from '../../contracts/catalog/runbook.ts';
import type { Order, orderRefusalCodes } from '../../contracts/order.ts';
import { resolveParameters } from '../../domain/catalog/parameters.ts';
import type { JournalEntry } from './order-journal.ts';

export type OrderRefusal = (typeof orderRefusalCodes)[number];

/** What an order is held against. All of it is the appliance's own. */
export interface OrderContext {
  site: string;
  hosts: ReadonlySet<string>;
  catalog: Catalog;
  nowMs: number;
  /** How far our clock and the signer's may differ. */
  clockAllowanceMs: number;
  /** Id of the order that used the nonce already. */
  orderOfNonce: (nonce: string) => string | undefined;
  find: (id: string) => JournalEntry | undefined;
  isUndone: (id: string) => boolean;
}

export type OrderVerdict =
  | {
      ok: true;
      runbook: RunnableRunbook;
      parameters: ParameterValues;
      /** The state a rollback restores. */
      restore?: Buffer;
    }
  | { ok: false; refusal: OrderRefusal; message: string };

/** Decides whether an order whose signature holds may be carried out here and now. Pure but for the journal it asks. */
export function verifyOrder(order: Order, context: OrderContext): OrderVerdict {
  if (order.site !== context.site) {
    return refuse('wrong_site', `the order is for site ${order.site}, and this is ${context.site}`);
  }
  if (!context.hosts.has(order.host)) {
    return refuse('wrong_host', `host ${order.host} is not one of this appliance's hosts: enrol it first`);
  }
  const usedBy = context.orderOfNonce(order.nonce);
  if (usedBy !== undefined && usedBy !== order.id) {
    return refuse('replayed', `the nonce of the order was used by order ${usedBy}`);
  }
  const time = refuseTime(order, context);
  if (time !== undefined) return time;
  const known = context.catalog.runbooks.get(order.runbook);
  if (known === undefined) {
    return refuse(
      'runbook_unknown',
      `this appliance has no usable runbook ${order.runbook}: sync its catalogue`,
    );
  }
  if (known.digest !== order.runbookDigest) {
    return refuse(
      'runbook_digest_mismatch',
      `runbook ${order.runbook} here is not the one that was signed for: sync the catalogues`,
    );
  }
  const { definition } = known;
  if (!isRunnable(definition)) {
    return refuse(
      'runbook_not_runnable',
      `runbook ${order.runbook} has no scripts: it is guidance for people`,
    );
  }
  const resolved = resolveParameters(definition, order.parameters);
  if (!resolved.ok) {
    const reasons = resolved.problems.map(({ parameter, reason }) => `${parameter}: ${reason}`).join('; ');
    return refuse(
      'parameters_invalid',
      `the order's parameters are not accepted: ${reasons}`.slice(0, 1_000),
    );
  }
  const accepted = { ok: true, runbook: definition, parameters: resolved.values } as const;
  return order.action === 'rollback' ? verifyRollback(order, context, accepted) : accepted;
}

function refuseTime(order: Order, context: OrderContext): OrderVerdict | undefined {
  const { nowMs, clockAllowanceMs } = context;
  if (nowMs > Date.parse(order.expiresAt) + clockAllowanceMs) {
    return refuse('expired', `the order expired at ${order.expiresAt}: ask for a new one`);
  }
  if (nowMs < Date.parse(order.issuedAt) - clockAllowanceMs) {
    return refuse(
      'not_yet_valid',
      `the order is of ${order.issuedAt}, later than this appliance's clock: check both clocks`,
    );
  }
  return undefined;
}

function verifyRollback(
  order: Order,
  context: OrderContext,
  accepted: OrderVerdict & { ok: true },
): OrderVerdict {
  const nothing = (message: string): OrderVerdict => refuse('nothing_to_undo', message);
  if (accepted.runbook.rollback === undefined) {
    return nothing(`runbook ${order.runbook} has no rollback`);
  }
  const undone = order.undoes === undefined ? undefined : context.find(order.undoes);
  if (undone?.action !== 'execute' || undone.captured === undefined) {
    return nothing('this appliance holds no captured state of the order to undo');
  }
  const isSame =
    undone.host === order.host &&
    undone.runbook === order.runbook &&
    // Another version of the runbook may read the captured state as something else.
    undone.runbookDigest === order.runbookDigest;
  if (!isSame) return nothing('the order to undo was for another host or another version of the runbook');
  if (undone.state !== 'finished') return nothing('the order to undo has not ended');
  if (context.isUndone(undone.id)) return nothing('the order was rolled back before');
  return { ...accepted, restore: undone.captured };
}

function refuse(refusal: OrderRefusal, message: string): OrderVerdict & { ok: false } {
  return { ok: false, refusal, message };
}
