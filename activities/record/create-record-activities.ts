import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { RecordActivities, RecordMoment } from '../../contracts/central-activities.ts';
import type { Controls } from '../../contracts/controls.ts';
import { siteTaskQueue } from '../../contracts/ids.ts';
import type { Story } from '../../contracts/story.ts';
import { signStatement, type IncidentRecord } from '../../evidence/bundle.ts';
import { canonicalJson } from '../../evidence/canonical-json.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { recordUuid } from '../../evidence/statements/record-uuid.ts';
import { buildIncidentV2Statement } from '../../evidence/statements/incident-v2.ts';
import type { RecordDependencies } from './ports.ts';

/**
 * Controls on record where the catalogue does not know the check, as when its file is broken: what has failed then is
 * the evaluation of safeguards itself.
 */
const evaluationControls: Controls = {
  hipaa: ['164.308(a)(8)'],
  soc2: ['CC4.1'],
  pci_dss: ['10.7.2'],
  nist_csf: ['ID.IM-01'],
  cis_v8: ['4.1'],
};

/**
 * Puts stories where the API sees them and, signed, into the site's ledger (D1, D2), with what names hosts, people and addresses
 * hidden (H6).
 *
 * Salts are random, so an activity that is tried again makes another statement of the same record. The ledger keeps a record
 * once: what came first stays, with the disclosures that open it, and the rest is dropped.
 */
export function createRecordActivities(dependencies: RecordDependencies): RecordActivities {
  const { ledger, incidents, slots, signer, newSalt } = dependencies;
  return {
    projectIncident: ({ story }) => incidents.project(story),

    recordIncident: async ({ recordId, moment, story, endedRun: run }) => {
      const record = recordOf(
        recordUuid(recordId, sha256),
        moment,
        story,
        dependencies.catalog(),
        dependencies.now().toISOString(),
      );
      const { payload, disclosures } = buildIncidentV2Statement(record, newSalt, sha256);
      const [{ seq }] = await Promise.all([
        ledger.append({
          site: story.site,
          recordId: record.recordId,
          envelope: signStatement(payload, [signer]),
          disclosures,
          story,
        }),
        run && slots.settle(run.orderId, story.site, run.result, run.at),
      ]);
      return { entry: seq };
    },
  };
}

function recordOf(
  recordId: string,
  moment: RecordMoment,
  story: Story,
  catalog: Catalog,
  recordedAt: string,
): IncidentRecord {
  const { site, host, check } = story;
  return {
    recordId,
    moment,
    site,
    host,
    check,
    controls: catalog.checks.get(check)?.controls ?? evaluationControls,
    story,
    ruleDigest: ruleDigestOf(story, catalog),
    runbookDigest: story.attempts.at(-1)?.runbookDigest,
    appliance: siteTaskQueue(site),
    recordedAt,
  };
}

/** Digest of the rule that matched, as the catalogue has it now. */
function ruleDigestOf(story: Story, catalog: Catalog): string | undefined {
  const matched = story.trace.find(({ matched: isMatch }) => isMatch);
  const rule = catalog.rules.find(({ id }) => id === matched?.rule);
  return rule && sha256(canonicalJson(rule));
}
