import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { type RunbookDefinition, runbookSchema } from '../../contracts/catalog/runbook.ts';
import { type Envelope, type Order, orderPayloadType } from '../../contracts/order.ts';
import { signEnvelope } from '../../evidence/dsse.ts';
import { createSigner, generateKeyPair } from '../../evidence/node/ed25519.ts';
import type { Signer } from '../../evidence/signer.ts';

/** Builders of what tests of orders need. */

export function newSigner(): Signer {
  return createSigner(generateKeyPair().privateKeyPem);
}

export function buildRunbook(over: Partial<RunbookDefinition> = {}): RunbookDefinition {
  return runbookSchema.parse({
    id: 'RB-LIN-TEST-001',
    title: 'A runbook of the tests',
    description: 'Does what a test tells it to do.',
    os: ['linux'],
    risk: 'low',
    disruption: 'none',
    idempotent: true,
    timeoutMs: 5_000,
    parameters: {},
    capture: 'echo state=before',
    remediate: 'echo done',
    verify: { check: 'linux.test.property' },
    controls: {
      hipaa: ['164.312(a)(1)'],
      soc2: ['CC6.1'],
      pci_dss: ['2.2.6'],
      nist_csf: ['PR.AA-05'],
      cis_v8: ['4.1'],
    },
    ...over,
  });
}

/** A catalogue of one runbook. Its digest only has to differ where the runbook does. */
export function catalogOf(runbook: RunbookDefinition): Catalog {
  const digest = createHash('sha256').update(JSON.stringify(runbook)).digest('hex');
  return {
    checks: new Map(),
    runbooks: new Map([[runbook.id, { definition: runbook, digest }]]),
    rules: [],
    baselines: new Map(),
    probes: new Map(),
    drills: new Map(),
    problems: [],
  };
}

export function buildOrder(catalog: Catalog, nowMs: number, over: Partial<Order> = {}): Order {
  const [id, known] = [...catalog.runbooks][0] ?? [];
  if (id === undefined || known === undefined) throw new Error('the catalogue has no runbook');
  return {
    id: randomUUID(),
    site: 'main-street',
    host: 'srv-1',
    incident: 'incident/main-street/srv-1/linux.test.property',
    action: 'execute',
    runbook: id,
    runbookDigest: known.digest,
    parameters: {},
    nonce: randomBytes(16).toString('hex'),
    issuedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + 300_000).toISOString(),
    ...over,
  };
}

export function signOrder(order: unknown, signer: Signer, payloadType = orderPayloadType): Envelope {
  return signEnvelope(payloadType, Buffer.from(JSON.stringify(order)), [signer]);
}
