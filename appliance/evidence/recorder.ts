import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { HandOver, HandOverInput } from '../../contracts/evidence-record.ts';
import type { ScanPageName, ScanReport } from '../../contracts/site-activities.ts';
import type { NewSalt } from '../../evidence/disclosure/commitment.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Signer } from '../../evidence/signer.ts';
import type { CatalogSource } from '../catalog-source.ts';
import { signHeartbeat } from './heartbeat-record.ts';
import type { MachineLife } from './machine-life.ts';
import type { EvidenceOutbox } from './outbox.ts';
import { signScanPage } from './scan-record.ts';

export interface RecorderDeps {
  site: string;
  appliance: string;
  signer: Signer;
  outbox: Pick<EvidenceOutbox, 'putScan' | 'putHeartbeat' | 'next' | 'settle'>;
  catalog: CatalogSource;
  /** Digest of the controls that the catalogue's checks stand for. */
  controlsDigest(catalog: Catalog): string;
  readLife(): Promise<MachineLife>;
  /** Between heartbeats. */
  heartbeatSeconds: number;
  newSalt: NewSalt;
  /** Our clock, in milliseconds. */
  now: () => number;
  /** Told of records that central will not take; of one perhaps twice. */
  onRefused(refused: { recordId: string; reason: string }): void;
}

/** Puts on record what this appliance sees and that it lives, signed before anything of it leaves (D1, H4). */
export interface Recorder {
  /** Signs and keeps a page of a scan; it is on disk when this resolves. */
  recordScan(report: ScanReport, name: ScanPageName, attempt: number): Promise<void>;
  /** Signs and keeps a sign of life. */
  recordHeartbeat(): Promise<void>;
  handOver(input: Pick<HandOverInput, 'settled'>): HandOver;
}

export function createRecorder(deps: RecorderDeps): Recorder {
  const { site, appliance, signer, outbox, newSalt } = deps;
  return {
    recordScan: async (report, name, attempt) => {
      const controlsDigest = deps.controlsDigest(await deps.catalog());
      const occasion = { appliance, name, attempt, controlsDigest };
      const record = signScanPage(report, occasion, signer, newSalt, sha256);
      const hasEnded = report.next === undefined;
      outbox.putScan(record, hasEnded ? { scan: name.scan, endedAt: report.finishedAt } : undefined);
    },

    recordHeartbeat: async () => {
      const life = await deps.readLife();
      outbox.putHeartbeat((sequence, lastScan) =>
        signHeartbeat(
          {
            ...life,
            site,
            appliance,
            sequence,
            periodSeconds: deps.heartbeatSeconds,
            madeAt: new Date(deps.now()).toISOString(),
            ...(lastScan && { lastScan }),
          },
          signer,
          sha256,
        ),
      );
    },

    handOver: ({ settled }) => {
      outbox.settle(settled);
      for (const each of settled) {
        if (each.outcome === 'refused') deps.onRefused({ recordId: each.recordId, reason: each.reason });
      }
      return { records: outbox.next() };
    },
  };
}
