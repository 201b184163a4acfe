import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FakePractice } from '../incident/fake-practice.ts';
import { Harness } from '../incident/harness.ts';
import { scenarios } from './scenarios.ts';

/**
 * Plays every scenario on the Temporal at `MALACHOR_TEST_TEMPORAL` and keeps its history in `recorded/<version>/`. Run it
 * once a release; a recorded history is never written anew, because the point is that yesterday's still replay.
 * Argument: the version, as 0.1.0.
 */
const version = process.argv[2];
if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version))
  throw new Error('usage: record-histories VERSION');
const directory = path.join(import.meta.dirname, 'recorded', version);
await mkdir(directory, { recursive: true });

const harness = await Harness.start();
try {
  for (const { name, prepare, play } of scenarios) {
    const practice = new FakePractice();
    prepare(practice);
    await harness.join(practice);
    const incident = await harness.report(practice);
    await play(harness, practice, incident);
    const history = historyToJSON(await incident.workflow.fetchHistory());
    await writeFile(path.join(directory, `${name}.json`), history, { flag: 'wx' });
    console.log(`recorded ${name}`);
  }
} finally {
  await harness.stop();
}
