import type { Actor } from '../../contracts/decision.ts';
import { type Observation, observationSchema } from '../../contracts/observation.ts';
import type { Proposal } from '../../contracts/plan.ts';
import { type SitePolicy, sitePolicySchema } from '../../contracts/site-policy.ts';

/** A failing observation of SSH root login on `srv-1` of `main-street`, with `overrides`. */
export function anObservation(overrides: Record<string, unknown> = {}): Observation {
  return observationSchema.parse({
    id: '6f0bd1a4-7d11-4b7a-9a51-0f8f4e0f1a01',
    site: 'main-street',
    host: 'srv-1',
    check: 'linux.ssh.root_login',
    status: 'fail',
    severity: 'high',
    os: { family: 'linux', id: 'debian', version: '13' },
    facts: { permit_root_login: 'yes' },
    message: 'Root may log in over SSH',
    observedAt: '2026-11-23T10:00:00.000Z',
    source: 'scan',
    ...overrides,
  });
}

/** A site's policy: the product's defaults, with `overrides`. */
export function aPolicy(overrides: Record<string, unknown> = {}): SitePolicy {
  return sitePolicySchema.parse(overrides);
}

/** What the SSH rule proposes, with `overrides`. */
export function aProposal(overrides: Partial<Proposal> = {}): Proposal {
  return {
    tier: 'L1',
    runbook: 'RB-LIN-SSH-001',
    parameters: {},
    by: 'L1-LIN-SSH-001',
    reason: 'SSH root login is refused again',
    ...overrides,
  };
}

/** An operator whose credential follows from the name, with `overrides`. */
export function anActor(name: string, overrides: Partial<Actor> = {}): Actor {
  const credential = Buffer.from(name).toString('hex').padEnd(16, '0').slice(0, 16);
  return { name, role: 'operator', method: 'bearer-token', credential, ...overrides };
}
