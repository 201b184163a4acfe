import { baselineSchema } from '../../contracts/catalog/baseline.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { checkSchema } from '../../contracts/catalog/check.ts';
import { observationSchema, type Observation } from '../../contracts/observation.ts';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import { resolveCheck } from '../../domain/catalog/resolve-check.ts';
import type { SiteFacts } from '../../domain/score/site-evidence.ts';
import { PersistenceError } from '../../persistence/persistence-error.ts';
import type { RecordedChange, StoredChecks } from '../features/checks/stored-checks.ts';

/** Judged by a parameter, `days`, of which the site's host has 9. */
export const agedCheck = 'linux.backup.age';
export const rootCheck = 'linux.ssh.root_login';
/** Now, for the tests of checks. */
export const checkedAt = '2026-11-23T10:05:00.000Z';

const os = { family: 'linux', id: 'debian', version: '12' } as const;
const controls = {
  hipaa: ['164.312(a)(1)'],
  soc2: ['CC6.1'],
  pci_dss: ['2.2.6'],
  nist_csf: ['PR.AA-05'],
  cis_v8: ['4.1'],
};

/** Two checks, one of which has a parameter, and a baseline of both. */
export function fakeCatalog(): Catalog {
  const common = { os: ['linux'], severity: 'high', source: 'RFC 0000', probe: { script: 'true' }, controls };
  const files = [
    {
      id: agedCheck,
      title: 'The last backup is young',
      description: 'The newest backup is at most so many days old.',
      metric: 'backup',
      parameters: {
        days: { type: 'integer', description: 'Days that may pass', min: 1, max: 30, default: 7 },
      },
      facts: { age_days: { type: 'integer' } },
      judge: [
        { when: { fact: 'age_days', lte: { parameter: 'days' } }, status: 'pass', message: 'young enough' },
        { when: { fact: 'age_days', exists: true }, status: 'fail', message: 'it is {age_days} days old' },
      ],
    },
    {
      id: rootCheck,
      title: 'SSH refuses root logins',
      description: 'The effective configuration does not permit it.',
      facts: { permit_root_login: { type: 'string' } },
      judge: [{ when: { fact: 'permit_root_login', equals: 'no' }, status: 'pass', message: 'refused' }],
    },
  ];
  const checks = files.flatMap(
    (file) => resolveCheck(checkSchema.parse({ ...common, ...file }), new Map()) ?? [],
  );
  const baseline = baselineSchema.parse({
    id: 'linux-server',
    title: 'Linux server',
    os: 'linux',
    checks: [agedCheck, rootCheck],
  });
  return {
    ...{ probes: new Map(), runbooks: new Map(), rules: [], drills: new Map(), problems: [] },
    checks: new Map(checks.map((check) => [check.id, check])),
    baselines: new Map([[baseline.id, baseline]]),
  };
}

function observed(overrides: Record<string, unknown>): Observation {
  return observationSchema.parse({
    id: '6f1f6c9e-8a51-4f6e-9f7b-2f6a5f1f0a01',
    site: 'main-street',
    host: 'front-desk',
    severity: 'high',
    os,
    observedAt: '2026-11-23T10:00:00.000Z',
    source: 'scan',
    ...overrides,
  });
}

/** Stored checks of the site `main-street` with the host `front-desk`, whose backup is too old. Keeps what is applied. */
export class FakeChecks implements StoredChecks {
  readonly changes: RecordedChange[] = [];
  site: SiteFacts = {
    site: 'main-street',
    hosts: [{ id: 'front-desk', os }],
    results: [
      observed({ check: agedCheck, status: 'fail', facts: { age_days: 9 }, message: 'it is 9 days old' }),
      observed({ check: rootCheck, status: 'pass', facts: { permit_root_login: 'no' }, message: 'refused' }),
    ],
    overrides: {},
    accepted: [],
  };

  async facts(site: string): Promise<SiteFacts> {
    if (site !== this.site.site) throw new PersistenceError('site_unknown', 'not enrolled');
    return this.site;
  }

  async latestChanges(): Promise<RecordedChange[]> {
    return this.changes;
  }

  async apply(...[, change, mayChange]: Parameters<StoredChecks['apply']>): Promise<boolean> {
    if (!mayChange(sitePolicySchema.parse({ checks: this.site.overrides }))) return false;
    this.site = { ...this.site, overrides: { ...this.site.overrides, [change.check]: change.after } };
    this.changes.push(change);
    return true;
  }
}
