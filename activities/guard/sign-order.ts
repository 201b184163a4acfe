import { type Order, orderPayloadType } from '../../contracts/order.ts';
import { canonicalBytes } from '../../evidence/canonical-json.ts';
import { signEnvelope } from '../../evidence/dsse.ts';
import type { Signer } from '../../evidence/signer.ts';
import type { OrderSigner } from './ports.ts';

/** Signs orders (A10) as DSSE envelopes over their canonical JSON (RFC 8785). */
export function createOrderSigner(signer: Signer): OrderSigner {
  return {
    sign: (order: Order) => signEnvelope(orderPayloadType, canonicalBytes(order), [signer]),
  };
}
