import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order } from '../../contracts/order.ts';
import { LocalShellTransport } from '../transports/local-shell-transport.ts';
import { TransportError } from '../transports/transport-error.ts';
import { buildOrder, buildRunbook, catalogOf, newSigner, signOrder } from './order-builder.ts';
import { OrderExecutor } from './order-executor.ts';
import { OrderJournal } from './order-journal.ts';

const signer = newSigner();
let directory: string;
let journal: OrderJournal;
let transport: LocalShellTransport;
let clock: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'malachor-orders-'));
  journal = new OrderJournal(join(directory, 'orders.db'));
  transport = new LocalShellTransport();
  clock = Date.now();
});
afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true, force: true });
});

function executorOf(catalog: Catalog): OrderExecutor {
  return new OrderExecutor({
    site: 'main-street',
    hosts: new Set(['srv-1']),
    keys: [signer],
    catalog: () => Promise.resolve(catalog),
    transport,
    journal,
    now: () => clock,
  });
}

/** An executor whose only runbook is `over`, and a way to order it. */
function given(over: Partial<RunbookDefinition> = {}) {
  const catalog = catalogOf(buildRunbook(over));
  const executor = executorOf(catalog);
  const order = (change: Partial<Order> = {}) => buildOrder(catalog, clock, change);
  return { catalog, executor, order, send: (value: unknown) => executor.execute(signOrder(value, signer)) };
}

/** A remediation that counts its runs in a file. */
const counter = () => join(directory, 'runs');
const countRun = () => `echo run >> ${counter()}`;
function runs(): number {
  try {
    return readFileSync(counter(), 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}
const lost = () => new TransportError('connection_lost', 'the connection broke', { mayHaveStarted: true });

describe('an order that is accepted', () => {
  test('captures, remediates and tells what both printed', async () => {
    const { order, send } = given();
    const outcome = await send(order());
    expect(outcome).toMatchObject({
      result: 'completed',
      captured: { text: 'state=before\n', truncated: false },
      output: { text: 'done\n' },
      startedAt: new Date(clock).toISOString(),
    });
  });

  test('gives its scripts the order and complete parameters as environment', async () => {
    const text = { type: 'string', description: 'A text', pattern: '.*', maxLength: 100 } as const;
    const { order, send } = given({
      parameters: {
        who: { ...text, default: 'x' },
        count: { type: 'integer', description: 'A number', min: 0, max: 9, default: 3 },
        hard: { type: 'boolean', description: 'A switch', default: true },
      },
      remediate: 'printf "%s|%s|%s|%s" "$MALACHOR_ORDER" "$P_WHO" "$P_COUNT" "$P_HARD"',
    });
    const value = order({ parameters: { who: `o'neill $(id)` } });
    expect((await send(value)).output?.text).toBe(`${value.id}|o'neill $(id)|3|true`);
  });

  test('is run once, however often and however concurrently it is sent', async () => {
    const { order, send } = given({ remediate: countRun() });
    const value = order();
    const [first, second] = await Promise.all([send(value), send(value)]);
    const third = await send(value);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(runs()).toBe(1);
  });

  test('still has its outcome after it expired and after the appliance was started again', async () => {
    const { catalog, order, send } = given({ remediate: countRun() });
    const value = order();
    const first = await send(value);
    journal.close();
    journal = new OrderJournal(join(directory, 'orders.db'));
    clock += 3_600_000;
    expect(await executorOf(catalog).execute(signOrder(value, signer))).toEqual(first);
    expect(runs()).toBe(1);
  });

  test('is on disk as started before the script that changes the host is sent', async () => {
    const { order, send } = given();
    const value = order();
    const seen: unknown[] = [];
    const run = transport.run.bind(transport);
    transport.run = (request) => {
      seen.push(journal.find(value.id)?.state);
      return run(request);
    };
    await send(value);
    expect(seen).toEqual(['received', 'started']);
  });

  test('changes nothing when the state before cannot be read', async () => {
    const { order, send } = given({ capture: 'echo no >&2; exit 2', remediate: countRun() });
    const outcome = await send(order());
    expect(outcome).toMatchObject({ result: 'failed', output: { text: 'no\n' } });
    expect(outcome.message).toMatch(/nothing was changed/);
    expect(runs()).toBe(0);
  });

  test('fails when its script does, and names a full disk', async () => {
    const { order, send } = given({ remediate: 'echo "cp: x: No space left on device" >&2; exit 1' });
    const outcome = await send(order());
    expect(outcome.result).toBe('failed');
    expect(outcome.message).toMatch(/disk is full\. Free space/);
  });

  test('keeps 16 KiB of a long output, with the size and digest of the whole', async () => {
    const { order, send } = given({ remediate: 'head -c 100000 /dev/zero | tr "\\0" a' });
    const { output } = await send(order());
    expect(output).toMatchObject({ bytes: 100_000, truncated: true });
    expect(output!.text).toBe('a'.repeat(16_384));
  });
});

describe('an order whose end is not known', () => {
  test('is interrupted, not failed, when the connection breaks', async () => {
    const { order, send } = given({ remediate: countRun() });
    const value = order();
    const run = transport.run.bind(transport);
    transport.run = async (request) => {
      const result = await run(request);
      if (request.script === countRun()) throw lost();
      return result;
    };
    const outcome = await send(value);
    expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'state=before\n' } });
    expect(await send(value)).toEqual(outcome);
    expect(runs()).toBe(1);
  });

  test('has failed when it is certain that nothing of it ran', async () => {
    const { order, send } = given({ capture: ':', remediate: countRun() });
    const run = transport.run.bind(transport);
    transport.run = (request) => {
      if (request.script !== countRun()) return run(request);
      throw new TransportError('host_unreachable', 'gone', { mayHaveStarted: false });
    };
    expect(await send(order())).toMatchObject({ result: 'failed' });
  });

  test('that an earlier process started is interrupted once the host runs nothing of it, and never run again', async () => {
    const { order, send } = given({ remediate: countRun() });
    const value = order();
    const payload = signOrder(value, signer);
    const { sha256 } = await import('../../evidence/node/hasher.ts');
    journal.receive(value, sha256(Buffer.from(payload.payload, 'base64')));
    journal.start(value.id, { startedAtMs: clock, endsByMs: clock + 10_000, captured: Buffer.from('was') });
    const ended = join(directory, 'ended');
    const left = transport.run({
      host: 'srv-1',
      script: `sleep 0.5; echo > ${ended}`,
      sudo: true,
      environment: { MALACHOR_ORDER: value.id },
      timeoutMs: 5_000,
      keepBytes: 0,
      survivesCut: true,
    });
    const outcome = await send(value);
    expect(readFileSync(ended, 'utf8')).toBe('\n');
    await left;
    expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'was' } });
    expect(outcome.message).toMatch(/Nothing of it runs on the host any more/);
    expect(runs()).toBe(0);
  });

  test('that was received and never started begins anew', async () => {
    const { order, send } = given({ remediate: countRun() });
    const value = order();
    const { sha256 } = await import('../../evidence/node/hasher.ts');
    journal.receive(value, sha256(Buffer.from(signOrder(value, signer).payload, 'base64')));
    expect((await send(value)).result).toBe('completed');
    expect(runs()).toBe(1);
  });
});

describe('a dry run', () => {
  test('prints the exact scripts with their environment, and runs nothing', async () => {
    const { order, send } = given({
      remediate: countRun(),
      parameters: { n: { type: 'integer', description: 'A number', min: 0, max: 9, default: 3 } },
    });
    const value = order({ action: 'dry_run' });
    const outcome = await send(value);
    expect(outcome.result).toBe('would_have_run');
    expect(outcome.plannedCommands).toEqual([
      { step: 'capture', script: `export MALACHOR_ORDER='${value.id}'\nexport P_N='3'\necho state=before` },
      { step: 'remediate', script: `export MALACHOR_ORDER='${value.id}'\nexport P_N='3'\n${countRun()}` },
    ]);
    expect(transport.requests).toEqual([]);
  });
});

describe('a rollback', () => {
  const restoring = () => ({ rollback: `cat > ${join(directory, 'restored')}` });

  test('gets the whole captured state on standard input', async () => {
    const { order, send } = given({
      ...restoring(),
      capture: 'printf "a\\0b\\377"; head -c 50000 /dev/zero',
    });
    const done = order();
    await send(done);
    const outcome = await send(order({ action: 'rollback', undoes: done.id }));
    expect(outcome.result).toBe('completed');
    const restored = readFileSync(join(directory, 'restored'));
    expect(restored.subarray(0, 4)).toEqual(Buffer.from('a\0b\xff', 'latin1'));
    expect(restored.length).toBe(50_004);
  });

  test.each(['failed', 'interrupted'])('undoes an order that %s', async (result) => {
    const { order, send } = given({ ...restoring(), remediate: 'exit 1' });
    const done = order();
    const run = transport.run.bind(transport);
    transport.run = (request) => {
      if (result === 'interrupted' && request.script === 'exit 1') throw lost();
      return run(request);
    };
    expect((await send(done)).result).toBe(result);
    expect((await send(order({ action: 'rollback', undoes: done.id }))).result).toBe('completed');
  });

  test('is refused where nothing was captured, where it was done before, and for another runbook version', async () => {
    const { order, send } = given({ ...restoring() });
    const dry = order({ action: 'dry_run' });
    await send(dry);
    const nothing = [undefined, dry.id, order().id];
    for (const undoes of nothing) {
      const refused = await send({ ...order({ action: 'rollback' }), undoes });
      expect(refused).toMatchObject({ result: 'refused', refusal: 'nothing_to_undo' });
    }
    const done = order();
    await send(done);
    const other = given({ ...restoring(), description: 'Another version of the same runbook.' });
    expect(await other.send(other.order({ action: 'rollback', undoes: done.id }))).toMatchObject({
      refusal: 'nothing_to_undo',
    });
    await send(order({ action: 'rollback', undoes: done.id }));
    expect(await send(order({ action: 'rollback', undoes: done.id }))).toMatchObject({
      refusal: 'nothing_to_undo',
    });
  });
});

describe('an order that is refused runs nothing', () => {
  afterEach(() => {
    expect(transport.requests).toEqual([]);
  });

  test('when another key signed it', async () => {
    const { executor, order } = given();
    const value = order();
    const outcome = await executor.execute(signOrder(value, newSigner()));
    expect(outcome).toMatchObject({ orderId: value.id, result: 'refused', refusal: 'signature_invalid' });
  });

  test('when its text was changed after signing', async () => {
    const { executor, order } = given();
    const value = order();
    const envelope = signOrder(value, signer);
    const payload = Buffer.from(JSON.stringify({ ...value, host: 'srv-2' })).toString('base64');
    expect(await executor.execute({ ...envelope, payload })).toMatchObject({ refusal: 'signature_invalid' });
  });

  test('when the signature is for another kind of document', async () => {
    const { executor, order } = given();
    const envelope = signOrder(order(), signer, 'application/vnd.in-toto+json');
    expect(await executor.execute(envelope)).toMatchObject({ refusal: 'signature_invalid' });
  });

  test('when it is signed and no order', async () => {
    const { send } = given();
    expect(await send({ id: 7 })).toMatchObject({ refusal: 'order_malformed' });
    expect(await send(null)).toMatchObject({ refusal: 'order_malformed' });
  });

  test('when the envelope is none', async () => {
    const { executor } = given();
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
    const { order, send } = given();
    const value = order(change);
    const outcome = await send(value);
    expect(outcome).toMatchObject({ orderId: value.id, result: 'refused', refusal });
    expect(await send(value)).toEqual(outcome);
  });

  test('and an unsigned forgery does not use up the id of the order it imitates', async () => {
    const { executor, order, send } = given();
    const value = order({ action: 'dry_run' });
    await executor.execute(signOrder(value, newSigner()));
    expect((await send(value)).result).toBe('would_have_run');
  });
});

test('a nonce is good for one order, and an id for one content', async () => {
  const { order, send } = given({ remediate: countRun() });
  const first = order();
  await send(first);
  expect(await send(order({ nonce: first.nonce }))).toMatchObject({ refusal: 'replayed' });
  expect(await send({ ...first, host: 'srv-1', incident: 'another' })).toMatchObject({ refusal: 'replayed' });
  expect(runs()).toBe(1);
});

test('clocks may differ by half a minute', async () => {
  const { order, send } = given();
  clock += 20_000;
  const late = order();
  clock -= 20_000;
  expect((await send(late)).result).toBe('completed');
});

test('an unreadable journal stops everything before anything is run', async () => {
  const { order, send } = given();
  journal.close();
  await expect(send(order())).rejects.toThrow();
  expect(transport.requests).toEqual([]);
  writeFileSync(join(directory, 'broken.db'), 'no database'.repeat(100));
  expect(() => new OrderJournal(join(directory, 'broken.db'))).toThrow(/check disk and rights/);
  journal = new OrderJournal(join(directory, 'orders.db'));
});
