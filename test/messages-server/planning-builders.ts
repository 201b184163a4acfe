import { createHmac } from 'node:crypto';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { aCheck } from '../builders/catalog.ts';
import { runbookSchema, type RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import { observationSchema, type Observation } from '../../contracts/observation.ts';

const controls = {
  hipaa: ['164.312(b)'],
  soc2: ['CC7.2'],
  pci_dss: ['10.2'],
  nist_csf: ['DE.CM-01'],
  cis_v8: ['8.2'],
};

export function aRunbook(over: Partial<RunbookDefinition> = {}): RunbookDefinition {
  return runbookSchema.parse({
    id: 'RB-LIN-AUDIT-001',
    title: 'Start the audit service again',
    description: 'Enables and starts auditd, so that the kernel writes its audit records.',
    os: ['linux'],
    risk: 'low',
    disruption: 'none',
    idempotent: true,
    timeoutMs: 30_000,
    parameters: {
      service: {
        type: 'string',
        description: 'Unit to start',
        pattern: '^[a-z]{1,20}$',
        default: 'auditd',
      },
    },
    capture: 'true',
    remediate: 'true',
    verify: { check: 'linux.audit.running' },
    controls,
    ...over,
  });
}

export function aCatalog(runbooks: readonly RunbookDefinition[] = [aRunbook()]): Catalog {
  const check = aCheck({
    id: 'linux.audit.running',
    title: 'The audit service runs',
    description: 'The kernel audit daemon is active and enabled at boot.',
    os: ['linux'],
    severity: 'high',
    source: 'CIS Debian 12 6.3.1',
    probe: { script: 'true' },
    facts: { active: { type: 'string' } },
    judge: [{ when: { fact: 'active', equals: 'active' }, status: 'pass', message: 'auditd runs' }],
    controls,
  });
  return {
    checks: new Map([[check.id, check]]),
    runbooks: new Map(runbooks.map((definition) => [definition.id, { definition, digest: '0'.repeat(64) }])),
    rules: [],
    baselines: new Map(),
    probes: new Map(),
    drills: new Map(),
    problems: [],
  };
}

export function anObservation(over: Partial<Observation> = {}): Observation {
  return observationSchema.parse({
    id: '7e1c0c3e-6a55-4c63-9a3e-0d3f5f0b1c11',
    site: 'main-street',
    host: 'srv-1',
    check: 'linux.audit.running',
    status: 'fail',
    severity: 'high',
    os: { family: 'linux', id: 'debian', version: '12' },
    facts: { active: 'inactive' },
    message: 'auditd is inactive',
    observedAt: '2026-11-23T10:00:00.000Z',
    source: 'scan',
    ...over,
  });
}

/** A keyed hash as a site would have. */
export const testHmac = (text: string) => createHmac('sha256', 'test-site-key').update(text).digest('hex');
