import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

function malachor(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(process.cwd(), 'cli/main.ts'), ...args],
    {
      encoding: 'utf8',
      cwd: '/',
    },
  );
  return { status, stdout, stderr };
}

test('the help lists every command and the exit codes', () => {
  const { status, stdout } = malachor('--help');
  expect(status).toBe(0);
  for (const command of ['demo', 'up', 'test', 'check', 'bench', 'doctor', 'verify', 'evidence', 'catalog'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(stdout).toContain('Exit codes');
});

test('an unknown command is a wrong call', () => {
  const { status, stderr } = malachor('heal');
  expect(status).toBe(2);
  expect(stderr).toContain("unknown command 'heal'");
});

test('a port that is none is a wrong call that says what is right', () => {
  const { status, stderr } = malachor('up', '--api-port', '0');
  expect(status).toBe(2);
  expect(stderr).toContain('give a number from 1 to 65535');
});

test('a given host without a key is a wrong call that says what is missing', () => {
  const { status, stderr } = malachor('up', '--host', 'healer@srv-1');
  expect(status).toBe(2);
  expect(stderr).toContain('Next: Add --identity FILE');
});

test('doctor prints one JSON document', () => {
  const { stdout } = malachor('doctor', '--json');
  const report = JSON.parse(stdout) as { findings: { name: string }[] };
  expect(report.findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Node', 'Temporal', 'Postgres', 'Object store']),
  );
});
