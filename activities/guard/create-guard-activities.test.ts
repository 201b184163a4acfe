import type { GuardInput, GuardVerdict } from '../../contracts/central-activities.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { type Envelope, type Order, orderPayloadType, orderSchema } from '../../contracts/order.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { verifyEnvelope } from '../../evidence/dsse.ts';
import { createSigner, generateKeyPair, verifyEd25519 } from '../../evidence/node/ed25519.ts';
import { aCatalog, aRunbook, digestOf } from '../../test/builders/catalog.ts';
import { aPolicy, aProposal } from '../../test/builders/incident.ts';
import { createFakeHealingSlots } from '../../test/guard/fake-healing-slots.ts';
import { createGuardActivities } from './create-guard-activities.ts';
import { createOrderSigner } from './sign-order.ts';

const at = '2026-11-23T10:00:00.000Z';
const key = { site: 'main-street', host: 'srv-1', check: 'linux.ssh.root_login' };
const orderId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const signer = createSigner(generateKeyPair().privateKeyPem);

/** The guard of one site, with a counter for randomness and the clock standing at `nowMs`. */
function guard({
  catalog = aCatalog(),
  policy = aPolicy(),
  nowMs = Date.parse(at),
}: { catalog?: Catalog; policy?: SitePolicy; nowMs?: number } = {}) {
  const fake = createFakeHealingSlots();
  let drawn = 0;
  const activities = createGuardActivities({
    catalog: () => catalog,
    policies: { policyOf: async () => policy },
    slots: fake.slots,
    signer: createOrderSigner(signer),
    random: (bytes) => new Uint8Array(bytes).fill((drawn += 1)),
    nowMs: () => nowMs,
  });
  return { ...fake, ...activities };
}

function input(overrides: Partial<GuardInput> = {}): GuardInput {
  return { orderId: orderId(1), key, proposal: aProposal(), approvals: 0, status: 'fail', at, ...overrides };
}

/** What an appliance reads of an envelope, once it has verified the signature. */
async function readOrder(envelope: Envelope): Promise<Order> {
  const verdict = await verifyEnvelope(envelope, [signer], verifyEd25519);
  if (verdict.code !== 'read' || !verdict.ok) throw new Error('the signature is not valid');
  expect(verdict.payloadType).toBe(orderPayloadType);
  return orderSchema.parse(JSON.parse(Buffer.from(verdict.payload).toString('utf8')));
}

function grantedOrder(verdict: GuardVerdict): Promise<Order> {
  if (verdict.kind !== 'granted') throw new Error(`not granted: ${JSON.stringify(verdict)}`);
  return readOrder(verdict.order);
}

test('a granted run comes with a signed order that names everything an appliance checks', async () => {
  const verdict = await guard().passGuard(input());
  expect(verdict).toMatchObject({
    kind: 'granted',
    runbookDigest: digestOf('RB-LIN-SSH-001'),
    risk: 'low',
    dryRun: false,
    timeoutMs: 30_000,
    idempotent: true,
    hasRollback: false,
  });
  expect(await grantedOrder(verdict)).toEqual({
    id: orderId(1),
    site: 'main-street',
    host: 'srv-1',
    incident: 'incident/main-street/srv-1/linux.ssh.root_login',
    action: 'execute',
    runbook: 'RB-LIN-SSH-001',
    runbookDigest: digestOf('RB-LIN-SSH-001'),
    parameters: {},
    nonce: '01'.repeat(16),
    issuedAt: at,
    expiresAt: '2026-11-23T10:11:00.000Z',
  });
});

test('the slot is claimed with the rule that asked and a lease that outlives the run', async () => {
  const practice = guard();
  await practice.passGuard(input());
  expect(practice.claims.get(orderId(1))).toEqual({
    orderId: orderId(1),
    ...key,
    incident: 'incident/main-street/srv-1/linux.ssh.root_login',
    runbook: 'RB-LIN-SSH-001',
    rule: 'L1-LIN-SSH-001',
    at,
    leaseUntil: '2026-11-23T10:22:30.000Z',
  });
  await practice.passGuard(
    input({ orderId: orderId(2), proposal: aProposal({ tier: 'L2', by: 'a-model' }) }),
  );
  expect(practice.claims.get(orderId(2))).toBeUndefined();
});

test('only a rule of L1 counts as used', async () => {
  const practice = guard();
  await practice.passGuard(input({ proposal: aProposal({ tier: 'L2', by: 'a-model' }) }));
  expect(practice.claims.get(orderId(1))).not.toHaveProperty('rule');
});

test('a retry keeps the slot and gets an order that says the same', async () => {
  const practice = guard();
  const { nonce: first, ...order } = await grantedOrder(await practice.passGuard(input()));
  const { nonce: second, ...again } = await grantedOrder(await practice.passGuard(input()));
  expect(again).toEqual(order);
  expect(second).not.toBe(first);
  expect([...practice.claims.keys()]).toEqual([orderId(1)]);
});

test('the blast radius holds until a run is settled', async () => {
  const practice = guard();
  const second = input({ orderId: orderId(2), key: { ...key, host: 'srv-2' } });
  await practice.passGuard(input());
  expect(await practice.passGuard(second)).toMatchObject({
    kind: 'wait',
    retryAt: '2026-11-23T10:00:15.000Z',
  });
  await practice.settleRun({ orderId: orderId(1), site: key.site, result: 'healed', at });
  expect((await practice.passGuard(second)).kind).toBe('granted');
});

test('failures on three hosts stop the runbook, and a person who approves is named in the notes', async () => {
  const practice = guard();
  for (const number of [1, 2, 3]) {
    const failing = input({ orderId: orderId(number), key: { ...key, host: `srv-${number}` } });
    expect((await practice.passGuard(failing)).kind).toBe('granted');
    await practice.settleRun({ orderId: orderId(number), site: key.site, result: 'not_healed', at });
  }
  const fourth = input({ orderId: orderId(4), key: { ...key, host: 'srv-4' } });
  expect(await practice.passGuard(fourth)).toMatchObject({
    kind: 'refused',
    code: 'circuit_open',
    risk: 'low',
  });
  expect(await practice.passGuard({ ...fourth, approvals: 1 })).toMatchObject({
    kind: 'granted',
    notes: [expect.stringContaining('circuit breaker') as string],
  });
});

test('a dry run is ordered as one', async () => {
  const verdict = await guard({ policy: aPolicy({ dryRun: true }) }).passGuard(input());
  expect(verdict).toMatchObject({ kind: 'granted', dryRun: true });
  expect((await grantedOrder(verdict)).action).toBe('dry_run');
});

test('nothing is claimed for what is refused or must wait', async () => {
  const practice = guard({ catalog: aCatalog({ runbooks: [aRunbook({ risk: 'high' })] }) });
  expect(await practice.passGuard(input())).toMatchObject({
    kind: 'refused',
    code: 'risk_above_ceiling',
    risk: 'high',
  });
  const unknown = input({ proposal: aProposal({ runbook: 'RB-LIN-EVL-001' }) });
  const verdict = await practice.passGuard(unknown);
  expect(verdict).toMatchObject({ kind: 'refused', code: 'runbook_unknown' });
  expect(verdict).not.toHaveProperty('risk');
  expect(await practice.passGuard(input({ proposal: aProposal({ parameters: { x: 1 } }) }))).toMatchObject({
    kind: 'refused',
    code: 'parameters_invalid',
    risk: 'high',
  });
  expect(practice.claims.size).toBe(0);
});

test('what the check could not judge is refused, whoever approved', async () => {
  const asked = input({ status: 'unknown', approvals: 2 });
  expect(await guard().passGuard(asked)).toMatchObject({ kind: 'refused', code: 'status_not_healable' });
});

describe('with a maintenance window', () => {
  const catalog = aCatalog({ runbooks: [aRunbook({ disruption: 'reboot' })] });
  const policy = aPolicy({ maintenanceWindows: [{ days: ['mon'], from: '09:00', to: '10:05' }] });

  test('an order for a disruptive runbook ends with the window', async () => {
    const order = await grantedOrder(await guard({ catalog, policy }).passGuard(input()));
    expect(order.expiresAt).toBe('2026-11-23T10:05:00.000Z');
  });

  test('a guard that was kept waiting judges by the present, not by when it was asked', async () => {
    const nowMs = Date.parse('2026-11-23T13:00:00.000Z');
    expect(await guard({ catalog, policy, nowMs }).passGuard(input())).toMatchObject({
      kind: 'wait',
      retryAt: '2026-11-30T09:00:00.000Z',
    });
  });
});

test('a clock that is behind the request does not make an order end early', async () => {
  const nowMs = Date.parse('2026-11-23T09:00:00.000Z');
  const order = await grantedOrder(await guard({ nowMs }).passGuard(input()));
  expect(order.issuedAt).toBe(at);
});

describe('a rollback', () => {
  const request = { orderId: orderId(2), undoes: orderId(1), key, proposal: aProposal(), at };

  test('is signed for the order it undoes, whatever the policy says by now', async () => {
    const policy = aPolicy({ dryRun: true, runbooks: { 'RB-LIN-SSH-001': { enabled: false } } });
    const { order } = await guard({ policy }).signRollback(request);
    expect(await readOrder(order)).toMatchObject({
      id: orderId(2),
      action: 'rollback',
      undoes: orderId(1),
      runbook: 'RB-LIN-SSH-001',
      host: 'srv-1',
    });
  });

  test.each([
    ['runbook_unknown', aProposal({ runbook: 'RB-LIN-EVL-001' })],
    ['parameters_invalid', aProposal({ parameters: { x: 1 } })],
  ])('that cannot be ordered fails for good as %s', async (type, proposal) => {
    await expect(guard().signRollback({ ...request, proposal })).rejects.toMatchObject({
      type,
      nonRetryable: true,
      message: expect.stringContaining('by hand') as string,
    });
  });
});

describe('checking a proposal', () => {
  test('completes its parameters and tells how many must approve', async () => {
    const parameters = { strict: { type: 'boolean', description: 'How strict', default: true } };
    const catalog = aCatalog({ runbooks: [aRunbook({ risk: 'high', parameters })] });
    expect(await guard({ catalog }).checkProposal({ key, proposal: aProposal() })).toEqual({
      ok: true,
      proposal: aProposal({ parameters: { strict: true } }),
      risk: 'high',
      approvalsNeeded: 2,
    });
    expect(await guard().checkProposal({ key, proposal: aProposal() })).toMatchObject({ approvalsNeeded: 1 });
  });

  test('refuses what the guard would refuse whoever approved', async () => {
    const policy = aPolicy({ runbooks: { 'RB-LIN-SSH-001': { enabled: false } } });
    expect(await guard({ policy }).checkProposal({ key, proposal: aProposal() })).toEqual({
      ok: false,
      code: 'runbook_not_enabled',
      reason: 'runbook RB-LIN-SSH-001 is disabled at this site',
    });
  });
});
