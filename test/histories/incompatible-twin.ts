import { sleep } from '@temporalio/workflow';
import { incident as released, type IncidentInput } from '../../workflows/incident/workflow.ts';

/** The incident workflow with one timer too many: what an unversioned change of behaviour looks like to a replay. */
export async function incident(input: IncidentInput): Promise<void> {
  await sleep(1);
  await released(input);
}
