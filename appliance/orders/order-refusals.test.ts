import { newSigner, signOrder } from './order-builder.ts';
import { OrderBench } from './order-bench.ts';

let bench: OrderBench;
beforeEach(() => {
  bench = new OrderBench();
});
afterEach(() => {
  bench.close();
});

describe('an order that is refused runs nothing', () => {
  afterEach(() => {
    expect(bench.transport.requests).toEqual([]);
  });

  test('when another key signed it', async () => {
    const { executor, order } = bench.given();
    const value = order();
    const outcome = await executor.execute(signOrder(value, newSigner()));
    expect(outcome).toMatchObject({ orderId: value.id, result: 'refused', refusal: 'signature_invalid' });
  });

  test('when its text was changed after signing', async () => {
    const { executor, order } = bench.given();
    const value = order();
    const envelope = signOrder(value, bench.signer);
    const payload = Buffer.from(JSON.stringify({ ...value, host: 'srv-2' })).toString('base64');
    expect(await executor.execute({ ...envelope, payload })).toMatchObject({ refusal: 'signature_invalid' });
  });

  test('when the signature is for another kind of document', async () => {
    const { executor, order } = bench.given();
    const envelope = signOrder(order(), bench.signer, 'application/vnd.in-toto+json');
    expect(await executor.execute(envelope)).toMatchObject({ refusal: 'signature_invalid' });
  });

  test('when it is signed and no order', async () => {
    const { send } = bench.given();
    expect(await send({ id: 7 })).toMatchObject({ refusal: 'order_malformed' });
    expect(await send(null)).toMatchObject({ refusal: 'order_malformed' });
  });

  test('when the envelope is none', async () => {
    const { executor } = bench.given();
    const envelope = { payloadType: 'x', payload: '*', signatures: [] };
    expect(await executor.execute(envelope)).toMatchObject({ refusal: 'order_malformed' });
  });

  test.each([
    ['wrong_site', { site: 'other' }],
    ['wrong_host', { host: 'srv-9' }],
    ['runbook_unknown', { runbook: 'RB-LIN-TEST-999' }],
    ['runbook_digest_mismatch', { runbookDigest: '0'.repeat(64) }],
    ['parameters_invalid', { parameters: { unknown: 1 } }],
    ['expired', { expiresAt: '2020-01-01T00:00:00.000Z' }],
    ['not_yet_valid', { issuedAt: '2999-01-01T00:00:00.000Z', expiresAt: '2999-01-02T00:00:00.000Z' }],
  ] as const)('as %s', async (refusal, change) => {
    const { order, send } = bench.given();
    const value = order(change);
    const outcome = await send(value);
    expect(outcome).toMatchObject({ orderId: value.id, result: 'refused', refusal });
    expect(await send(value)).toEqual(outcome);
  });

  test('and an unsigned forgery does not use up the id of the order it imitates', async () => {
    const { executor, order, send } = bench.given();
    const value = order({ action: 'dry_run' });
    await executor.execute(signOrder(value, newSigner()));
    expect((await send(value)).result).toBe('would_have_run');
  });
});

test('a nonce is good for one order, and an id for one content', async () => {
  const { order, send } = bench.given({ remediate: bench.countRun });
  const first = order();
  await send(first);
  expect(await send(order({ nonce: first.nonce }))).toMatchObject({ refusal: 'replayed' });
  expect(await send({ ...first, host: 'srv-1', incident: 'another' })).toMatchObject({ refusal: 'replayed' });
  expect(bench.runs).toBe(1);
});

test('clocks may differ by half a minute', async () => {
  const { order, send } = bench.given();
  bench.nowMs += 20_000;
  const late = order();
  bench.nowMs -= 20_000;
  expect((await send(late)).result).toBe('completed');
});
