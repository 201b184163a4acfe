import { sleep } from '@temporalio/workflow';
import type { ScanInput } from '../../contracts/site-activities.ts';
import { incident as released, type IncidentInput } from '../../workflows/incident/workflow.ts';
import { scan as releasedScan, type ScanResult } from '../../workflows/scan/workflow.ts';

/** The workflows with one timer too many: what an unversioned change of behaviour looks like to a replay. */
export async function incident(input: IncidentInput): Promise<void> {
  await sleep(1);
  await released(input);
}

export async function scan(input: ScanInput): Promise<ScanResult> {
  await sleep(1);
  return releasedScan(input);
}
