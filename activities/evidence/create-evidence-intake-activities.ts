import type { EvidenceIntakeActivities } from '../../contracts/central-activities.ts';
import {
  type SettledRecord,
  type SignedRecord,
  signedRecordSchema,
} from '../../contracts/evidence-record.ts';
import type { Envelope } from '../../contracts/order.ts';
import { type BundleKey, countersign, neededPurposes, verifyBundle } from '../../evidence/countersign.ts';
import { type Disclosure, disclosureSchema } from '../../evidence/disclosure/commitment.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { openStatement } from '../../evidence/statements/open-statement.ts';
import type { EvidenceIntakeDependencies } from './ports.ts';

/** Puts what appliances signed where it was made into the site's ledger (D1, H4). */
export function createEvidenceIntakeActivities(
  dependencies: EvidenceIntakeDependencies,
): EvidenceIntakeActivities {
  const { ledger, signer } = dependencies;
  return {
    takeEvidence: async ({ site, records }) => {
      const keys = await dependencies.applianceKeys(site);
      const receivedAt = dependencies.now().toISOString();
      const judged = await Promise.all(records.map((record) => judge(record, site, keys, receivedAt)));
      // All asked for in order before the first is waited for, so that they become neighbours in one transaction.
      const settled = judged.map(async (verdict): Promise<SettledRecord> => {
        const { recordId } = verdict;
        if (!verdict.ok) return { recordId, outcome: 'refused', reason: verdict.reason };
        const { envelope, disclosures } = verdict;
        const countersigned = countersign(envelope, signer);
        const { seq } = await ledger.append({ site, recordId, envelope: countersigned, disclosures });
        return { recordId, outcome: 'taken', entry: seq };
      });
      return { settled: await Promise.all(settled) };
    },
  };
}

type Verdict =
  | { ok: true; recordId: string; envelope: Envelope; disclosures: readonly Disclosure[] }
  | { ok: false; recordId: string; reason: string };

/** Whether a record may enter the ledger: it is what an appliance of this site signed with a key that counts, and all of it is shown. */
async function judge(
  record: SignedRecord,
  site: string,
  keys: readonly BundleKey[],
  receivedAt: string,
): Promise<Verdict> {
  const { recordId } = record;
  const refused = (reason: string): Verdict => ({ ok: false, recordId, reason: reason.slice(0, 2_000) });
  const parsed = signedRecordSchema.safeParse(record);
  if (!parsed.success) return refused('This is no signed record.');
  const { envelope } = parsed.data;
  const verdict = await verifyBundle(envelope, receivedAt, keys, nodeCryptography, applianceOnly);
  const { statement } = verdict;
  if (!verdict.ok || !statement) return refused(verdict.problems.map(({ message }) => message).join(' '));
  if (!neededPurposes(statement.predicateType).includes('appliance'))
    return refused(`An appliance makes no statements of type ${statement.predicateType}.`);
  if (statement.predicate.site !== site)
    return refused(`The record is of site ${statement.predicate.site}, not of ${site}.`);
  if (statement.predicate.recordId !== recordId)
    return refused(`The record is ${statement.predicate.recordId} by what was signed.`);
  const opened = openStatement(statement, parsed.data.disclosures, sha256);
  if (!opened.ok) return refused(opened.problems.map(({ message }) => message).join(' '));
  const [kept] = opened.withheld;
  if (kept !== undefined) return refused(`What ${kept} stands for is kept back, and would be lost.`);
  const disclosures = parsed.data.disclosures.map((each): Disclosure => disclosureSchema.parse(each));
  return { ok: true, recordId, envelope, disclosures };
}

const applianceOnly = () => ['appliance'] as const;
