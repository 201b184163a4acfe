import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { canonicalJson } from '../../evidence/canonical-json.ts';
import { parseCatalog } from './parse-catalog.ts';

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');

const controls = `controls:
  hipaa: ['164.312(b)']
  soc2: [CC7.2]
  pci_dss: ['10.2.1']
  nist_csf: [PR.PS-04]
  cis_v8: ['8.2']
`;
const check = `id: linux.demo.thing
title: A thing that is on
description: A thing that has to be on for this test.
os: [linux]
severity: low
source: a source
probe:
  script: |
    set -eu
    echo state=on
facts:
  state: { type: string }
judge:
  - when: { fact: state, equals: 'on' }
    status: pass
    message: 'It is {state}.'
${controls}`;
const runbook = `id: RB-LIN-DEMO-001
title: Switch the thing on
description: Switches the thing of this test on again.
os: [linux]
risk: low
disruption: none
idempotent: true
timeoutMs: 5000
parameters:
  level:
    type: integer
    description: How far on
    min: 1
    max: 3
    default: 2
capture: echo off
remediate: echo "$P_LEVEL"
verify: { check: linux.demo.thing }
rollback: cat
${controls}`;
const rules = `rules:
  - id: L1-LIN-DEMO-001
    title: Switch the thing on
    match:
      check: linux.demo.thing
      status: [fail]
    runbook: RB-LIN-DEMO-001
    parameters: { level: 3 }
`;
const baseline = `id: demo-host
title: Host of this test
os: linux
checks: [linux.demo.thing]
parameters:
  RB-LIN-DEMO-001: { level: 1 }
`;

const paths = {
  check: 'checks/linux/demo-thing.yaml',
  runbook: 'runbooks/linux/RB-LIN-DEMO-001.yaml',
  rules: 'rules/linux.yaml',
  baseline: 'baselines/demo-host.yaml',
};

function files(changes: Record<string, string> = {}): Map<string, string> {
  const whole = {
    [paths.check]: check,
    [paths.runbook]: runbook,
    [paths.rules]: rules,
    [paths.baseline]: baseline,
  };
  return new Map(Object.entries({ ...whole, ...changes }));
}

function parse(changes: Record<string, string> = {}): Catalog {
  return parseCatalog(files(changes), sha256Hex);
}

function lineOf(text: string, part: string): number {
  const index = text.split('\n').findIndex((line) => line.includes(part));
  expect(index).toBeGreaterThanOrEqual(0);
  return index + 1;
}

test('a whole catalogue is read with its defaults, without problems', () => {
  const catalog = parse();
  expect(catalog.problems).toEqual([]);
  expect([...catalog.checks.keys()]).toEqual(['linux.demo.thing']);
  expect(catalog.checks.get('linux.demo.thing')?.probe).toMatchObject({ sudo: false, timeoutMs: 10_000 });
  expect(catalog.rules.map(({ id }) => id)).toEqual(['L1-LIN-DEMO-001']);
  expect([...catalog.baselines.keys()]).toEqual(['demo-host']);
});

test('the digest is of the canonical JSON of the definition, so layout and comments do not change it', () => {
  const catalog = parse();
  const read = catalog.runbooks.get('RB-LIN-DEMO-001')!;
  expect(read.digest).toBe(sha256Hex(canonicalJson(read.definition)));
  const [first, ...rest] = runbook.split('\n');
  const relaid = `# moved\n${rest.slice(0, 7).join('\n')}\n${first}\n${rest.slice(7).join('\n')}`;
  expect(parse({ [paths.runbook]: relaid }).runbooks.get('RB-LIN-DEMO-001')?.digest).toBe(read.digest);
  const changed = runbook.replace('echo off', 'echo  off');
  expect(parse({ [paths.runbook]: changed }).runbooks.get('RB-LIN-DEMO-001')?.digest).not.toBe(read.digest);
});

test('what refers to a file that is left out is left out too, naming that file and line', () => {
  const broken = check.replace('severity: low', 'severity: terrible');
  const catalog = parse({ [paths.check]: broken });
  const line = lineOf(broken, 'severity');
  expect([catalog.checks.size, catalog.runbooks.size, catalog.rules.length]).toEqual([0, 0, 0]);
  expect(catalog.problems[0]).toMatchObject({ file: paths.check, line, id: 'linux.demo.thing' });
  expect(catalog.problems.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
    expect.stringContaining('severity: '),
    `${paths.runbook}: verify.check: check linux.demo.thing was left out, see ${paths.check}:${line}`,
    `${paths.rules}: rules[0].match.check: check linux.demo.thing was left out, see ${paths.check}:${line}`,
    expect.stringMatching(
      /^rules\/linux.yaml: rules\[0\].runbook: runbook RB-LIN-DEMO-001 was left out, see runbooks/,
    ),
    `${paths.baseline}: checks[0]: check linux.demo.thing was left out, see ${paths.check}:${line}`,
    expect.stringContaining('RB-LIN-DEMO-001 was left out'),
  ]);
});

test('a baseline keeps a check that is left out, so that a host is not silently unwatched', () => {
  const catalog = parse({ [paths.check]: 'id: [' });
  expect(catalog.baselines.get('demo-host')?.checks).toEqual(['linux.demo.thing']);
});

type Breakage = [
  what: string,
  file: keyof typeof paths,
  from: string,
  to: string,
  at: string,
  reason: RegExp,
];
const breakages: Breakage[] = [
  [
    'an unknown field',
    'check',
    'os: [linux]',
    'os: [linux]\ncolour: red',
    'colour',
    /^colour: is not a known field/,
  ],
  ['a missing field', 'check', 'severity: low\n', '', 'id: linux', /^severity: /],
  ['a wrong control', 'check', 'CC7.2', 'CC7', 'soc2', /^controls.soc2\[0\]: write it as CC6.1/],
  [
    'an id of another file',
    'check',
    'demo.thing',
    'demo.other',
    'id: ',
    /belongs in checks\/linux\/demo-other.yaml/,
  ],
  [
    'a second value for a key',
    'check',
    'severity: low',
    'severity: low\nseverity: high',
    'severity: high',
    /^is not valid YAML: /,
  ],
  ['an alias', 'check', 'source: a source', 'source: &x a source\nextra: *x', 'id: ', /^is not valid YAML: /],
  [
    'an undeclared fact',
    'check',
    'fact: state',
    'fact: other',
    'fact: other',
    /^judge\[0\].when.fact: other is not a declared/,
  ],
  [
    'an undeclared placeholder',
    'check',
    'is {state}',
    'is {other}',
    'is {other}',
    /\{other\} is not a declared fact/,
  ],
  [
    'a slow pattern',
    'check',
    "equals: 'on'",
    "regex: '(a+)+$'",
    '(a+)+',
    /judge\[0\].when.regex: the pattern repeats a group/,
  ],
  ['two operators', 'check', "equals: 'on'", "equals: 'on', gt: 1", 'gt: 1', /needs exactly one of/],
  [
    'a bashism',
    'check',
    'echo state=on',
    '[[ -f /x ]] && echo state=on',
    '[[ -f',
    /^probe.script: \[\[ … \]\] is not POSIX/,
  ],
  [
    'an unknown check',
    'runbook',
    'check: linux.demo.thing',
    'check: linux.demo.none',
    'linux.demo.none',
    /does not exist$/,
  ],
  [
    'a default out of bounds',
    'runbook',
    'default: 2',
    'default: 4',
    'default: 4',
    /level.default: 4 is not between 1 and 3/,
  ],
  ['bounds the wrong way round', 'runbook', 'min: 1', 'min: 5', 'min: 5', /min: 5 is above max 3/],
  [
    'an undeclared parameter in a script',
    'runbook',
    'echo off',
    'echo $P_OTHER',
    'parameters:',
    /reads \$P_OTHER/,
  ],
  ['a parameter a script reads no', 'runbook', '"$P_LEVEL"', 'x', 'level:', /a script reads no \$P_LEVEL/],
  [
    'a system the check is not for',
    'runbook',
    'os: [linux]',
    'os: [linux, windows]',
    'os:',
    /not for windows/,
  ],
  [
    'an unknown runbook',
    'rules',
    'runbook: RB-LIN-DEMO-001',
    'runbook: RB-LIN-DEMO-002',
    'runbook:',
    /does not exist/,
  ],
  [
    'an unknown parameter',
    'rules',
    'level: 3',
    'depth: 3',
    'depth',
    /depth is not one of those declared \(level\)/,
  ],
  ['a parameter out of bounds', 'rules', 'level: 3', 'level: 9', 'level', /9 is not between/],
  [
    'a rule for error',
    'rules',
    'status: [fail]',
    'status: [fail, error]',
    'status',
    /repairs the means of checking/,
  ],
  [
    'a rule for every status',
    'rules',
    '      status: [fail]\n',
    '',
    'match:',
    /write status: \[warning, fail\]/,
  ],
  [
    'a condition on no fact',
    'rules',
    'status: [fail]',
    'status: [fail]\n      facts: { fact: nope, equals: 1 }',
    'nope',
    /not a declared fact/,
  ],
  [
    'a prefix of nothing',
    'rules',
    'check: linux.demo.thing',
    'check: linux.none.*',
    'linux.none',
    /no check matches/,
  ],
  [
    'an unknown check in a baseline',
    'baseline',
    '[linux.demo.thing]',
    '[linux.demo.none]',
    'none',
    /does not exist/,
  ],
  ['a bad parameter in a baseline', 'baseline', 'level: 1', 'level: 0', 'level', /0 is not between/],
];

test.each(breakages)('%s in a %s is reported at its line', (_what, kind, from, to, at, reason) => {
  const original = files().get(paths[kind])!;
  const text = original.replace(from, () => to);
  expect(text).not.toBe(original);
  const found = parse({ [paths[kind]]: text }).problems.find(({ file }) => file === paths[kind]);
  expect(found).toMatchObject({ line: lineOf(text, at), reason: expect.stringMatching(reason) as string });
});

test('a rule may not name a runbook of high risk or one that cannot be rolled back', () => {
  const high = parse({ [paths.runbook]: runbook.replace('risk: low', 'risk: high') });
  expect(high.problems).toMatchObject([
    { file: paths.rules, reason: expect.stringContaining('only people') as string },
  ]);
  expect([high.runbooks.size, high.rules.length]).toEqual([1, 0]);
  const final = parse({ [paths.runbook]: runbook.replace('rollback: cat\n', '') });
  expect(final.problems).toMatchObject([
    { file: paths.rules, reason: expect.stringContaining('no rollback') as string },
  ]);
});

test('a rule for error is taken where the runbook repairs the means of checking', () => {
  const repairs = runbook.replace('risk: low', 'repairsChecking: true\nrisk: low');
  const catalog = parse({ [paths.runbook]: repairs, [paths.rules]: rules.replace('[fail]', '[error]') });
  expect(catalog.problems).toEqual([]);
});

test('one broken rule leaves the others of its file', () => {
  const second = rules.split('\n').slice(1).join('\n').replaceAll('DEMO-001', 'DEMO-002');
  const catalog = parse({ [paths.rules]: `${rules}${second}` });
  expect(catalog.rules.map(({ id }) => id)).toEqual(['L1-LIN-DEMO-001']);
  expect(catalog.problems).toMatchObject([{ id: 'L1-LIN-DEMO-002' }]);
});

test('two files with one id are both left out', () => {
  const catalog = parse({ 'checks/linux/twin.yaml': check });
  expect(catalog.checks.size).toBe(0);
  expect(catalog.problems.slice(0, 2).map(({ reason }) => reason)).toEqual([
    'id linux.demo.thing is also defined in checks/linux/twin.yaml; neither is used',
    `id linux.demo.thing is also defined in ${paths.check}; neither is used`,
  ]);
});

test('a file that no folder of the catalogue takes is reported', () => {
  expect(parse({ 'checks/linux/note.txt': 'x', 'rules/deep/x.yaml': rules }).problems).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ file: 'checks/linux/note.txt', line: 1 })]) as object,
  );
});

test('a file cut off anywhere is left out, and so is what refers to it', () => {
  for (const file of [paths.check, paths.runbook]) {
    const text = files().get(file)!;
    for (let length = 1; length < text.length; length += 13) {
      const catalog = parse({ [file]: text.slice(0, length) });
      expect(catalog.problems.some((problem) => problem.file === file)).toBe(true);
      expect(catalog.rules).toEqual([]);
    }
  }
});

test('no text makes it throw, and every problem has a line within its file', () => {
  const kinds = Object.keys(paths) as (keyof typeof paths)[];
  const damage = fc.tuple(
    fc.constantFrom(...kinds),
    fc.nat(),
    fc.nat({ max: 40 }),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(damage, ([kind, position, length, insertion]) => {
      const text = files().get(paths[kind])!;
      const at = position % text.length;
      const damaged = text.slice(0, at) + insertion + text.slice(at + length);
      for (const problem of parse({ [paths[kind]]: damaged }).problems) {
        const whole = problem.file === paths[kind] ? damaged : files().get(problem.file)!;
        expect(problem.line).toBeGreaterThanOrEqual(1);
        expect(problem.line).toBeLessThanOrEqual(whole.split('\n').length);
        expect(problem.reason).not.toBe('');
      }
    }),
    { numRuns: 150 },
  );
});
