import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../command-error.ts';
import { describeLint, runCatalogLint } from './catalog-lint.ts';

const shipped = join(process.cwd(), 'catalog');

test('the shipped catalogue lints clean, with a summary', async () => {
  const report = await runCatalogLint(shipped);
  expect(report).toMatchObject({ directory: shipped, runbooks: 16, baselines: 3, problems: [] });
  const { checks, rules } = report;
  expect(describeLint(report)).toBe(
    `${checks} checks, 16 runbooks, ${rules} rules, 3 baselines are usable; no problems\n`,
  );
});

test('a half-written file is named with line and reason, and so is what it takes along', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-'));
  try {
    await cp(shipped, directory, { recursive: true });
    await writeFile(
      join(directory, 'runbooks/linux/RB-LIN-SSH-001.yaml'),
      'id: RB-LIN-SSH-001\ntitle: Refuse ro',
    );
    const whole = await runCatalogLint(shipped);
    const report = await runCatalogLint(directory);
    expect(report).toMatchObject({
      checks: whole.checks,
      runbooks: 15,
      rules: whole.rules - 1,
      baselines: 3,
    });
    const lines = describeLint(report).split('\n');
    const [first] = lines;
    expect(first).toMatch(/^runbooks\/linux\/RB-LIN-SSH-001.yaml:2: .*half-written/u);
    const following =
      /^(rules\/linux-access|drills\/linux\/RB-LIN-SSH-001).yaml:\d+: .*left out, see runbooks\/linux\/RB-LIN-SSH-001.yaml:2$/u;
    expect(lines.filter((line) => following.test(line))).toHaveLength(2);
    expect(lines.at(-2)).toMatch(/usable; 3 problems;/u);
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
