import type { SignedRecord } from '../../contracts/evidence-record.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { ScanPageName, ScanReport } from '../../contracts/site-activities.ts';
import { signStatement } from '../../evidence/bundle.ts';
import { encodeHex } from '../../evidence/bytes.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { NewSalt } from '../../evidence/disclosure/commitment.ts';
import type { Signer } from '../../evidence/signer.ts';
import { recordUuid } from '../../evidence/statements/record-uuid.ts';
import { buildScanStatement, factsDigest, type ScanPage } from '../../evidence/statements/scan-v1.ts';

/** Whose record it is, and of what. */
export interface ScanOccasion {
  appliance: string;
  name: ScanPageName;
  /** A page that is read again is another record: both were seen. */
  attempt: number;
  /** `controlsDigest` of the catalogue's controls. */
  controlsDigest: string;
}

/** The signed record of a page, passes included, with what opens the names in it. */
export function signScanPage(
  report: ScanReport,
  occasion: ScanOccasion,
  signer: Signer,
  newSalt: NewSalt,
  sha256: Sha256,
): SignedRecord {
  const page = scanPageOf(report, occasion, newSalt, sha256);
  const { payload, disclosures } = buildScanStatement(page, newSalt, sha256);
  return {
    recordId: page.recordId,
    envelope: signStatement(payload, [signer]),
    disclosures: [...disclosures],
  };
}

/** What a report says, as it goes on record: of facts only their digest. */
export function scanPageOf(
  report: ScanReport,
  { appliance, name, attempt, controlsDigest }: ScanOccasion,
  newSalt: NewSalt,
  sha256: Sha256,
): ScanPage {
  const seen = Map.groupBy(report.observations, ({ host }) => host);
  return {
    recordId: recordUuid(`${name.scan}/${name.page}/${attempt}`, sha256),
    site: report.site,
    appliance,
    ...name,
    isLast: report.next === undefined,
    startedAt: report.startedAt,
    endedAt: report.finishedAt,
    controlsDigest,
    hosts: report.hosts.map(({ host, reachable, baseline }) => {
      const observations = seen.get(host) ?? [];
      const factsSalt = encodeHex(newSalt());
      return {
        host,
        reachable,
        ...(baseline === undefined ? {} : { baseline }),
        readAt: latestOf(observations) ?? report.finishedAt,
        factsSalt,
        checks: Object.fromEntries(
          observations.map(({ check, status, facts, error }) => [
            check,
            {
              status,
              facts: factsDigest(factsSalt, check, facts, sha256),
              ...(error === undefined ? {} : { error: error.code }),
            },
          ]),
        ),
      };
    }),
  };
}

function latestOf(observations: readonly Observation[]): string | undefined {
  return observations.map(({ observedAt }) => observedAt).reduce<string | undefined>(later, undefined);
}

function later(one: string | undefined, other: string): string {
  return one === undefined || Date.parse(other) > Date.parse(one) ? other : one;
}
