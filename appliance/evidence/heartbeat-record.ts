import type { SignedRecord } from '../../contracts/evidence-record.ts';
import { signStatement } from '../../evidence/bundle.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { Signer } from '../../evidence/signer.ts';
import { buildHeartbeatStatement, type Heartbeat } from '../../evidence/statements/heartbeat-v1.ts';
import { recordUuid } from '../../evidence/statements/record-uuid.ts';

/** The signed record of a heartbeat, which hides nothing. */
export function signHeartbeat(
  heartbeat: Omit<Heartbeat, 'recordId'>,
  signer: Signer,
  sha256: Sha256,
): SignedRecord {
  const { site, appliance, sequence, madeAt } = heartbeat;
  const recordId = recordUuid(`heartbeat/${site}/${appliance}/${sequence}/${madeAt}`, sha256);
  const payload = buildHeartbeatStatement({ recordId, ...heartbeat }, sha256);
  return { recordId, envelope: signStatement(payload, [signer]), disclosures: [] };
}
