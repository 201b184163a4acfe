import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../command-error.ts';
import { describeLint, runCatalogLint } from './catalog-lint.ts';

const shipped = join(process.cwd(), 'catalog');

test('the shipped catalogue lints clean, with a summary', async () => {
  const report = await runCatalogLint(shipped);
  expect(report).toMatchObject({
    directory: shipped,
    checks: 7,
    runbooks: 7,
    rules: 5,
    baselines: 1,
    problems: [],
  });
  expect(describeLint(report)).toBe('7 checks, 7 runbooks, 5 rules, 1 baselines are usable; no problems\n');
});

test('a half-written file is named with line and reason, and so is what it takes along', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-'));
  try {
    await cp(shipped, directory, { recursive: true });
    await writeFile(
      join(directory, 'runbooks/linux/RB-LIN-SSH-001.yaml'),
      'id: RB-LIN-SSH-001\ntitle: Refuse ro',
    );
    const report = await runCatalogLint(directory);
    expect(report).toMatchObject({ checks: 7, runbooks: 6, rules: 4, baselines: 1 });
    const [first, second, last] = describeLint(report).split('\n');
    expect(first).toMatch(/^runbooks\/linux\/RB-LIN-SSH-001.yaml:2: .*half-written/u);
    expect(second).toMatch(
      /^rules\/linux.yaml:\d+: .*left out, see runbooks\/linux\/RB-LIN-SSH-001.yaml:2$/u,
    );
    expect(last).toMatch(/usable; 2 problems;/u);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a directory that is not a catalogue is a wrong call with a next step', async () => {
  await expect(runCatalogLint(join(shipped, 'none'))).rejects.toMatchObject({
    exitCode: exitCodes.usage,
    nextStep: expect.stringContaining('malachor catalog lint') as string,
  });
});
