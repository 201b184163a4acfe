import type { Catalog, CatalogProblem } from '../../contracts/catalog/catalog.ts';
import { type Baseline, baselineSchema } from '../../contracts/catalog/baseline.ts';
import { type CheckDefinition, checkSchema } from '../../contracts/catalog/check.ts';
import type { Drill } from '../../contracts/catalog/drill.ts';
import { resolveCheck } from '../../domain/catalog/resolve-check.ts';
import { type RuleDefinition, ruleSchema } from '../../contracts/catalog/rule.ts';
import { type RunbookDefinition, runbookSchema } from '../../contracts/catalog/runbook.ts';

const controls = {
  hipaa: ['164.312(a)(2)(iv)'],
  soc2: ['CC6.1'],
  pci_dss: ['2.2.6'],
  nist_csf: ['PR.AA-05'],
  cis_v8: ['4.1'],
};

/** A low-risk Linux runbook for SSH root login, with `overrides`; defaults are the schema's. */
export function aRunbook(overrides: Record<string, unknown> = {}): RunbookDefinition {
  return runbookSchema.parse({
    id: 'RB-LIN-SSH-001',
    title: 'Refuse SSH login as root',
    description: 'Sets PermitRootLogin no in a drop-in file and reloads the server.',
    os: ['linux'],
    risk: 'low',
    disruption: 'none',
    idempotent: true,
    timeoutMs: 30_000,
    capture: 'cat /etc/ssh/sshd_config',
    remediate: 'true',
    verify: { check: 'linux.ssh.root_login' },
    controls,
    ...overrides,
  });
}

/** An enabled rule that sends SSH root login to `aRunbook`, with `overrides`. */
export function aRule(overrides: Record<string, unknown> = {}): RuleDefinition {
  return ruleSchema.parse({
    id: 'L1-LIN-SSH-001',
    title: 'SSH root login is refused again',
    match: { check: 'linux.ssh.root_login' },
    runbook: 'RB-LIN-SSH-001',
    ...overrides,
  });
}

/** The check of SSH root login, with `overrides`. */
export function aCheck(overrides: Record<string, unknown> = {}): CheckDefinition {
  const file = checkSchema.parse({
    id: 'linux.ssh.root_login',
    title: 'SSH refuses root logins',
    description: 'The effective sshd configuration does not permit logins as root.',
    os: ['linux'],
    severity: 'high',
    source: 'CIS Debian 12 5.1.20',
    probe: { script: 'sshd -T' },
    facts: { permit_root_login: { type: 'string' } },
    judge: [
      { when: { fact: 'permit_root_login', equals: 'no' }, status: 'pass', message: 'Root is refused' },
    ],
    controls,
    ...overrides,
  });
  const check = resolveCheck(file, new Map());
  if (!check) throw new Error('this builder knows no shared probes');
  return check;
}

/** A baseline that holds the SSH check, with `overrides`. */
export function aBaseline(overrides: Record<string, unknown> = {}): Baseline {
  return baselineSchema.parse({
    id: 'linux-server',
    title: 'Linux server of a practice',
    os: 'linux',
    checks: ['linux.ssh.root_login'],
    ...overrides,
  });
}

/** A catalogue of the given parts; the digest of each runbook is made up of its id. */
export function aCatalog(
  parts: {
    checks?: CheckDefinition[];
    runbooks?: RunbookDefinition[];
    rules?: RuleDefinition[];
    baselines?: Baseline[];
    drills?: ReadonlyMap<string, readonly Drill[]>;
    problems?: CatalogProblem[];
  } = {},
): Catalog {
  const { checks = [aCheck()], runbooks = [aRunbook()], rules = [aRule()], baselines = [] } = parts;
  return {
    probes: new Map(),
    checks: new Map(checks.map((check) => [check.id, check])),
    runbooks: new Map(
      runbooks.map((definition) => [definition.id, { definition, digest: digestOf(definition.id) }]),
    ),
    rules,
    baselines: new Map(baselines.map((baseline) => [baseline.id, baseline])),
    drills: parts.drills ?? new Map(),
    problems: parts.problems ?? [],
  };
}

/** The digest `aCatalog` gives a runbook. */
export function digestOf(runbook: string): string {
  return Buffer.from(runbook).toString('hex').padEnd(64, '0').slice(0, 64);
}
