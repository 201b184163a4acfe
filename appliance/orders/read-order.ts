import type { Envelope, Order } from '../../contracts/order.ts';
import { orderPayloadType, orderSchema } from '../../contracts/order.ts';
import { type NamedKey, verifyEnvelope } from '../../evidence/dsse.ts';
import { verifyEd25519 } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';

/** An order that a trusted key signed, or why the envelope holds none. */
export type ReadOrder =
  | { ok: true; order: Order; payloadSha256: string }
  | { ok: false; refusal: 'signature_invalid' | 'order_malformed'; message: string; claimedId: string };

/** Stands for the order's id where the envelope does not hold one. */
const nilId = '00000000-0000-0000-0000-000000000000';

/**
 * Checks the signature, then reads the order. Nothing in the payload is believed before its signature was checked; the
 * id in a refusal is what the envelope claims.
 */
export async function readOrder(envelope: Envelope, keys: readonly NamedKey[]): Promise<ReadOrder> {
  const verdict = await verifyEnvelope(envelope, keys, verifyEd25519);
  if (verdict.code === 'malformed') {
    return refuse('order_malformed', `the order is not an envelope: ${verdict.reason}`);
  }
  const value = parseJson(verdict.payload);
  const claimed = orderSchema.shape.id.safeParse((value as { id?: unknown } | null | undefined)?.id);
  const claimedId = claimed.success ? claimed.data : nilId;
  // An envelope of another type is validly signed for another purpose, and must not count as an order.
  if (!verdict.ok || verdict.payloadType !== orderPayloadType) {
    return refuse('signature_invalid', 'the order is not signed by a key this appliance trusts', claimedId);
  }
  const order = orderSchema.safeParse(value);
  if (order.success) return { ok: true, order: order.data, payloadSha256: sha256(verdict.payload) };
  const issue = order.error.issues[0];
  const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
  return refuse('order_malformed', `the signed text is not an order${where}`.slice(0, 500), claimedId);
}

function refuse(
  refusal: 'signature_invalid' | 'order_malformed',
  message: string,
  claimedId = nilId,
): ReadOrder & { ok: false } {
  return { ok: false, refusal, message, claimedId };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
