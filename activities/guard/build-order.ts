import type { CatalogRunbook } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import { incidentWorkflowId, type IncidentKey } from '../../contracts/ids.ts';
import type { Order } from '../../contracts/order.ts';
import { encodeHex } from '../../evidence/bytes.ts';

const nonceBytes = 16;
const graceMs = 10 * 60_000;

/** What an order says beside its nonce. */
export interface OrderRequest {
  orderId: string;
  key: IncidentKey;
  action: Order['action'];
  undoes?: string;
  runbook: CatalogRunbook;
  parameters: ParameterValues;
  issuedAtMs: number;
  /** Ends the order before its lifetime does. */
  startBeforeMs?: number | undefined;
}

/** An unsigned order (A10), valid for `orderLifetimeMs` at most. */
export function buildOrder(request: OrderRequest, random: (bytes: number) => Uint8Array): Order {
  const { key, runbook, issuedAtMs } = request;
  const lifetimeEndMs = issuedAtMs + orderLifetimeMs(runbook.definition);
  return {
    id: request.orderId,
    site: key.site,
    host: key.host,
    incident: incidentWorkflowId(key),
    action: request.action,
    ...(request.undoes === undefined ? {} : { undoes: request.undoes }),
    runbook: runbook.definition.id,
    runbookDigest: runbook.digest,
    parameters: request.parameters,
    nonce: encodeHex(random(nonceBytes)),
    issuedAt: new Date(issuedAtMs).toISOString(),
    expiresAt: new Date(Math.min(lifetimeEndMs, request.startBeforeMs ?? lifetimeEndMs)).toISOString(),
  };
}

/** How long an appliance may begin an order: twice the limit of a script, and ten minutes for the way there. */
export function orderLifetimeMs({ timeoutMs }: Pick<RunbookDefinition, 'timeoutMs'>): number {
  return 2 * timeoutMs + graceMs;
}

/**
 * How long a claim holds where nobody settles it: begun at the last moment, with capture, remediation and rollback
 * all at their limit, and time to verify.
 */
export function slotLeaseMs(runbook: Pick<RunbookDefinition, 'timeoutMs'>): number {
  return orderLifetimeMs(runbook) + 3 * runbook.timeoutMs + graceMs;
}
