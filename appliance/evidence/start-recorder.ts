import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { heartbeatSeconds } from '../../contracts/evidence-intervals.ts';
import { controlMapOf, controlsDigest } from '../../domain/catalog/control-map.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Signer } from '../../evidence/signer.ts';
import type { CatalogSource } from '../catalog-source.ts';
import { startHeartbeats } from './heartbeats.ts';
import { readMachineLife } from './machine-life.ts';
import { EvidenceOutbox } from './outbox.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** Puts this appliance's scans and heartbeats on record, the first heartbeat at once. */
export interface RunningRecorder {
  recorder: Recorder;
  /** Ends the heartbeats and lets the outbox go. */
  stop(): void;
}

/** @throws OutboxError */
export function startRecorder(
  about: { site: string; appliance: string; stateDirectory: string },
  signer: Signer,
  catalog: CatalogSource,
  logger: Logger,
): RunningRecorder {
  const outbox = new EvidenceOutbox(join(about.stateDirectory, 'evidence.db'));
  const recorder = createRecorder({
    site: about.site,
    appliance: about.appliance,
    signer,
    outbox,
    catalog,
    controlsDigest: (current) => controlsDigest(controlMapOf(current), sha256),
    readLife: readMachineLife,
    heartbeatSeconds,
    newSalt: () => randomBytes(16),
    now: Date.now,
    onRefused: (refused) => {
      logger.error(refused, 'central refused a record; it is kept in the outbox');
    },
  });
  const stopBeating = startHeartbeats(
    () => recorder.recordHeartbeat(),
    heartbeatSeconds * 1_000,
    (err) => {
      logger.error({ err }, 'no heartbeat could be put on record');
    },
  );
  return {
    recorder,
    stop: () => {
      stopBeating();
      outbox.close();
    },
  };
}
