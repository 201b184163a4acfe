import type { Envelope } from '../contracts/order.ts';
import type { Sha256 } from './digest.ts';
import { signEnvelope } from './dsse.ts';
import type { Signer } from './signer.ts';
import { buildStatement, type IncidentRecord } from './statements/incident-v1.ts';
import { bundlePayloadType } from './statements/in-toto.ts';

/**
 * A bundle is an in-toto Statement v1 (github.com/in-toto/attestation), signed as DSSE: what a ledger's entries hold. Each kind
 * of statement has its file in `statements/`; what is exported on from there is what a bundle of the first kind was always
 * made and read with.
 */
export { bundlePayloadType, statementType } from './statements/in-toto.ts';
export {
  buildStatement,
  incidentPredicateType,
  type IncidentRecord,
  type IncidentStatement,
  incidentStatementSchema,
} from './statements/incident-v1.ts';
export { readStatement, type StatementReading as BundleReading } from './statements/read-statement.ts';

/** The record's signed bundle, everything in clear. */
export function signBundle(
  record: IncidentRecord,
  signers: readonly [Signer, ...Signer[]],
  sha256: Sha256,
): Envelope {
  return signStatement(buildStatement(record, sha256), signers);
}

/** The bundle of any statement, given as its canonical JSON. */
export function signStatement(payload: Uint8Array, signers: readonly [Signer, ...Signer[]]): Envelope {
  return signEnvelope(bundlePayloadType, payload, signers);
}
