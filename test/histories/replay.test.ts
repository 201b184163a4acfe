import { Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundle, quietRuntime } from '../incident/harness.ts';

const recorded = path.resolve('test/histories/recorded');
const files = readdirSync(recorded, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);

beforeAll(quietRuntime);

async function replay(workflowsPath: string): Promise<Map<string, Error | undefined>> {
  const options = { workflowBundle: await bundle(workflowsPath) };
  const histories = files.map((file) => ({
    workflowId: file,
    history: JSON.parse(readFileSync(path.join(recorded, file), 'utf8')) as unknown,
  }));
  const results = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    results.set(workflowId, error);
  }
  return results;
}

test('every history recorded by a release replays on today’s workflows', async () => {
  const results = await replay('workflows/index.ts');
  expect(results.size).toBe(files.length);
  expect(files.length).toBeGreaterThanOrEqual(10);
  expect([...results].filter(([, error]) => error !== undefined)).toEqual([]);
}, 60_000);

test('a change of behaviour without a patch fails the replay of every history', async () => {
  const results = await replay('test/histories/incompatible-twin.ts');
  expect(results.size).toBe(files.length);
  for (const [file, error] of results) {
    expect(`${file}: ${error?.name ?? 'replayed'}`).toBe(`${file}: DeterminismViolationError`);
  }
}, 60_000);
