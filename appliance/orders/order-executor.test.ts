import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../evidence/node/hasher.ts';
import { TransportError } from '../transports/transport-error.ts';
import { OrderBench } from './order-bench.ts';
import { signOrder } from './order-builder.ts';
import { OrderJournal } from './order-journal.ts';

let bench: OrderBench;
beforeEach(() => {
  bench = new OrderBench();
});
afterEach(() => {
  bench.close();
});

const lost = () => new TransportError('connection_lost', 'the connection broke', { mayHaveStarted: true });

describe('an order that is accepted', () => {
  test('captures, remediates and tells what both printed', async () => {
    const { order, send } = bench.given();
    const outcome = await send(order());
    expect(outcome).toMatchObject({
      result: 'completed',
      captured: { text: 'state=before\n', truncated: false },
      output: { text: 'done\n' },
      startedAt: new Date(bench.nowMs).toISOString(),
    });
  });

  test('gives its scripts the order and complete parameters as environment', async () => {
    const text = { type: 'string', description: 'A text', pattern: '.*', maxLength: 100 } as const;
    const { order, send } = bench.given({
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
    const { order, send } = bench.given({ remediate: bench.countRun });
    const value = order();
    const [first, second] = await Promise.all([send(value), send(value)]);
    const third = await send(value);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(bench.runs).toBe(1);
  });

  test('still has its outcome after it expired and after the appliance was started again', async () => {
    const runbook = { remediate: bench.countRun };
    const { order, send } = bench.given(runbook);
    const value = order();
    const first = await send(value);
    bench.restart();
    bench.nowMs += 3_600_000;
    expect(await bench.given(runbook).send(value)).toEqual(first);
    expect(bench.runs).toBe(1);
  });

  test('is on disk as started before the script that changes the host is sent', async () => {
    const { order, send } = bench.given();
    const value = order();
    const seen: unknown[] = [];
    const run = bench.transport.run.bind(bench.transport);
    bench.transport.run = (request) => {
      seen.push(bench.journal.find(value.id)?.state);
      return run(request);
    };
    await send(value);
    expect(seen).toEqual(['received', 'started']);
  });

  test('changes nothing when the state before cannot be read', async () => {
    const { order, send } = bench.given({ capture: 'echo no >&2; exit 2', remediate: bench.countRun });
    const outcome = await send(order());
    expect(outcome).toMatchObject({ result: 'failed', output: { text: 'no\n' } });
    expect(outcome.message).toMatch(/nothing was changed/);
    expect(bench.runs).toBe(0);
  });

  test('fails when its script does, and names a full disk', async () => {
    const { order, send } = bench.given({ remediate: 'echo "cp: x: No space left on device" >&2; exit 1' });
    const outcome = await send(order());
    expect(outcome.result).toBe('failed');
    expect(outcome.message).toMatch(/disk is full\. Free space/);
  });

  test('keeps 16 KiB of a long output, with the size and digest of the whole', async () => {
    const { order, send } = bench.given({ remediate: 'head -c 100000 /dev/zero | tr "\\0" a' });
    const { output } = await send(order());
    expect(output).toMatchObject({ bytes: 100_000, truncated: true });
    expect(output!.text).toBe('a'.repeat(16_384));
  });
});

describe('an order whose end is not known', () => {
  test('is interrupted, not failed, when the connection breaks', async () => {
    const { order, send } = bench.given({ remediate: bench.countRun });
    const value = order();
    const run = bench.transport.run.bind(bench.transport);
    bench.transport.run = async (request) => {
      const result = await run(request);
      if (request.script === bench.countRun) throw lost();
      return result;
    };
    const outcome = await send(value);
    expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'state=before\n' } });
    expect(await send(value)).toEqual(outcome);
    expect(bench.runs).toBe(1);
  });

  test('has failed when it is certain that nothing of it ran', async () => {
    const { order, send } = bench.given({ capture: ':', remediate: bench.countRun });
    const run = bench.transport.run.bind(bench.transport);
    bench.transport.run = (request) => {
      if (request.script !== bench.countRun) return run(request);
      throw new TransportError('host_unreachable', 'gone', { mayHaveStarted: false });
    };
    expect(await send(order())).toMatchObject({ result: 'failed' });
  });

  test('that an earlier process started is interrupted once the host runs nothing of it, and never run again', async () => {
    const { order, send } = bench.given({ remediate: bench.countRun });
    const value = order();
    const payload = signOrder(value, bench.signer);
    bench.journal.receive(value, sha256(Buffer.from(payload.payload, 'base64')));
    bench.journal.start(value.id, {
      startedAtMs: bench.nowMs,
      endsByMs: bench.nowMs + 10_000,
      captured: Buffer.from('was'),
    });
    const begun = join(bench.directory, 'begun');
    const ended = join(bench.directory, 'ended');
    const left = bench.transport.run({
      host: 'srv-1',
      script: `echo > ${begun}; sleep 0.5; echo > ${ended}`,
      sudo: true,
      environment: { MALACHOR_ORDER: value.id },
      timeoutMs: 5_000,
      keepBytes: 0,
      survivesCut: true,
    });
    while (!existsSync(begun)) await sleep(10);
    const outcome = await send(value);
    expect(readFileSync(ended, 'utf8')).toBe('\n');
    await left;
    expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'was' } });
    expect(outcome.message).toMatch(/Nothing of it runs on the host any more/);
    expect(bench.runs).toBe(0);
  });

  test('that was received and never started begins anew', async () => {
    const { order, send } = bench.given({ remediate: bench.countRun });
    const value = order();
    bench.journal.receive(value, sha256(Buffer.from(signOrder(value, bench.signer).payload, 'base64')));
    expect((await send(value)).result).toBe('completed');
    expect(bench.runs).toBe(1);
  });
});

describe('a dry run', () => {
  test('prints the exact scripts with their environment, and runs nothing', async () => {
    const { order, send } = bench.given({
      remediate: bench.countRun,
      parameters: { n: { type: 'integer', description: 'A number', min: 0, max: 9, default: 3 } },
    });
    const value = order({ action: 'dry_run' });
    const outcome = await send(value);
    expect(outcome.result).toBe('would_have_run');
    expect(outcome.plannedCommands).toEqual([
      { step: 'capture', script: `export MALACHOR_ORDER='${value.id}'\nexport P_N='3'\necho state=before` },
      { step: 'remediate', script: `export MALACHOR_ORDER='${value.id}'\nexport P_N='3'\n${bench.countRun}` },
    ]);
    expect(bench.transport.requests).toEqual([]);
  });
});

describe('a rollback', () => {
  const restoring = () => ({ rollback: `cat > ${join(bench.directory, 'restored')}` });

  test('gets the whole captured state on standard input', async () => {
    const { order, send } = bench.given({
      ...restoring(),
      capture: 'printf "a\\0b\\377"; head -c 50000 /dev/zero',
    });
    const done = order();
    await send(done);
    const outcome = await send(order({ action: 'rollback', undoes: done.id }));
    expect(outcome.result).toBe('completed');
    const restored = readFileSync(join(bench.directory, 'restored'));
    expect(restored.subarray(0, 4)).toEqual(Buffer.from('a\0b\xff', 'latin1'));
    expect(restored.length).toBe(50_004);
  });

  test.each(['failed', 'interrupted'])('undoes an order that %s', async (result) => {
    const { order, send } = bench.given({ ...restoring(), remediate: 'exit 1' });
    const done = order();
    const run = bench.transport.run.bind(bench.transport);
    bench.transport.run = (request) => {
      if (result === 'interrupted' && request.script === 'exit 1') throw lost();
      return run(request);
    };
    expect((await send(done)).result).toBe(result);
    expect((await send(order({ action: 'rollback', undoes: done.id }))).result).toBe('completed');
  });

  test('is refused where nothing was captured, where it was done before, and for another runbook version', async () => {
    const { order, send } = bench.given({ ...restoring() });
    const dry = order({ action: 'dry_run' });
    await send(dry);
    const nothing = [undefined, dry.id, order().id];
    for (const undoes of nothing) {
      const refused = await send({ ...order({ action: 'rollback' }), undoes });
      expect(refused).toMatchObject({ result: 'refused', refusal: 'nothing_to_undo' });
    }
    const done = order();
    await send(done);
    const other = bench.given({ ...restoring(), description: 'Another version of the same runbook.' });
    expect(await other.send(other.order({ action: 'rollback', undoes: done.id }))).toMatchObject({
      refusal: 'nothing_to_undo',
    });
    await send(order({ action: 'rollback', undoes: done.id }));
    expect(await send(order({ action: 'rollback', undoes: done.id }))).toMatchObject({
      refusal: 'nothing_to_undo',
    });
  });
});

test('an unreadable journal stops everything before anything is run', async () => {
  const { order, send } = bench.given();
  bench.journal.close();
  await expect(send(order())).rejects.toThrow();
  expect(bench.transport.requests).toEqual([]);
  writeFileSync(join(bench.directory, 'broken.db'), 'no database'.repeat(100));
  expect(() => new OrderJournal(join(bench.directory, 'broken.db'))).toThrow(/check disk and rights/);
  bench.restart();
});
