import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { folders } from './import-rules.ts';

/** A tree that breaks the rules on purpose: proof that the test below can fail. */
const planted: Record<string, string> = {
  'contracts/a.ts': `import { b } from '../domain/b.ts';\nexport const a = b;\n`,
  'domain/b.ts': `import { a } from '../contracts/a.ts';\nexport const b = a;\n`,
  'domain/reads-a-file.ts': `import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x', 'utf8');\n`,
  'workflows/w.ts': `import { act } from '../activities/act.ts';\nexport const w = act;\n`,
  'activities/act.ts': `export const act = 1;\n`,
  'api/app.ts': `import { main } from '../workers/main.ts';\nexport const app = main;\n`,
  'workers/main.ts': `export const main = 1;\n`,
};

async function breaches(root: string, places: string[]): Promise<string[]> {
  const program = path.resolve('test/architecture/cruise-tree.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, root, ...places], { cwd: root });
  return JSON.parse(stdout) as string[];
}

test('the source tree keeps the import rules and has no cycle', async () => {
  const places = [...Object.keys(folders), 'cli', 'bench', 'test'].filter((folder) => existsSync(folder));
  expect(places.length).toBeGreaterThan(5);
  expect(await breaches(process.cwd(), places)).toEqual([]);
}, 120_000);

test('a planted breach of each kind is found', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'malachor-planted-'));
  try {
    for (const [file, text] of Object.entries(planted)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    const found = await breaches(root, ['contracts', 'domain', 'workflows', 'activities', 'api', 'workers']);
    expect(found).toEqual(
      expect.arrayContaining([
        'contracts-imports-only-what-it-may: contracts/a.ts -> domain/b.ts',
        'no-cycles: contracts/a.ts -> domain/b.ts',
        'pure-folders-do-no-input-or-output: domain/reads-a-file.ts -> fs',
        'workflows-imports-activities-as-types-only: workflows/w.ts -> activities/act.ts',
        'api-imports-only-what-it-may: api/app.ts -> workers/main.ts',
        'nobody-imports-workers-or-cli: api/app.ts -> workers/main.ts',
      ]),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 60_000);
