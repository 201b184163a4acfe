import path from 'node:path';
import { bundle } from '../incident/harness.ts';
import { folders } from './import-rules.ts';

/** Our own source files in a workflow bundle, read from its source map, relative to the project. */
async function sourcesOf(workflowsPath: string): Promise<string[]> {
  const { code } = await bundle(workflowsPath);
  const map = /sourceMappingURL=data:application\/json;[^,]*base64,([A-Za-z0-9+/=]+)/.exec(code)?.[1];
  if (map === undefined) throw new Error('the bundle has no source map');
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  return sources
    .map((source) => path.relative(process.cwd(), source.replace(/^(?:webpack:\/\/[^/]*|file:\/\/)/, '')))
    .filter((source) => /^[a-z]+\/.*\.ts$/.test(source) && !source.startsWith('node_modules/'));
}

/** Hashing in plain JavaScript, without which a workflow could not tell whether an accepted state is still the same. */
const hashing = ['evidence/portable/sha256.ts', 'evidence/bytes.ts'];

function strangers(sources: string[]): string[] {
  const allowed = new Set(['workflows', ...folders.workflows.value]);
  return sources.filter((source) => !allowed.has(source.split('/')[0] ?? '') && !hashing.includes(source));
}

test('the workflow bundle holds workflows, contracts and domain, and nothing else of ours', async () => {
  const sources = await sourcesOf('workflows/index.ts');
  expect(sources).toEqual(
    expect.arrayContaining([
      'workflows/incident/workflow.ts',
      'domain/flapping/flapping.ts',
      'contracts/ids.ts',
    ]),
  );
  expect(strangers(sources)).toEqual([]);
}, 60_000);

test('a planted stranger in a bundle is found', async () => {
  expect(strangers(await sourcesOf('test/architecture/planted-workflow.ts'))).toContain(
    'evidence/canonical-json.ts',
  );
}, 60_000);
