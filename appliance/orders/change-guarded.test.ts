import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TransportError } from '../transports/transport-error.ts';
import { OrderBench } from './order-bench.ts';

/**
 * What the host does by itself where a remediation could shut the appliance out, tried in shells of this machine; that
 * a new login is really tried is tried on a real host.
 */
let bench: OrderBench;
let file: string;
beforeEach(() => {
  bench = new OrderBench();
  bench.hasRunningClock = true;
  file = join(bench.directory, 'setting');
  writeFileSync(file, 'before\n');
});
afterEach(() => {
  bench.close();
});

const guarded = (remediate: string) =>
  bench.given({
    guardsAccess: true,
    timeoutMs: 1_000,
    capture: `cat ${file}`,
    remediate,
    rollback: `cat >${file}`,
  });
const deadMen = () =>
  execFileSync('sh', ['-c', 'n=MALACHOR_DEADMAN; grep -lsa "$n=" /proc/[0-9]*/environ || :']).toString();
const noLogin = () => new TransportError('host_unreachable', 'nobody answers', { mayHaveStarted: false });
const setting = () => readFileSync(file, 'utf8');

test('a change after which the appliance can log in anew stays, and nothing waits on the host any more', async () => {
  const { send, order } = guarded(`echo after >${file}`);
  expect(await send(order())).toMatchObject({ result: 'completed' });
  expect(setting()).toBe('after\n');
  expect(deadMen()).toBe('');
  expect(bench.transport.requests.at(-1)).toMatchObject({ freshConnection: true, sudo: true });
});

test('a change after which nobody can log in is taken back by the host itself, byte for byte', async () => {
  writeFileSync(file, Buffer.from('be\0fore\xff', 'latin1'));
  bench.confirmWithinMs = 500;
  const { send, order } = guarded(`echo after >${file}`);
  bench.transport.onRun = ({ freshConnection }) => {
    if (freshConnection && setting() === 'after\n') throw noLogin();
  };
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(outcome.message).toContain('the host took it back by itself');
  expect(readFileSync(file).equals(Buffer.from('be\0fore\xff', 'latin1'))).toBe(true);
  expect(deadMen()).toBe('');
}, 20_000);

test('a host that stays away is told as interrupted, with what to do', async () => {
  bench.confirmWithinMs = 500;
  const { send, order } = guarded(`echo after >${file}`);
  bench.transport.onRun = ({ freshConnection }) => {
    if (freshConnection) throw noLogin();
  };
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'interrupted' });
  expect(outcome.message).toContain('look at it at its console');
  expect(setting()).toBe('before\n');
}, 20_000);

test('a remediation that refuses is told as refused, and its dead man is sent home', async () => {
  const { send, order } = guarded('echo "not here" >&2; exit 3');
  expect(await send(order())).toMatchObject({ result: 'failed', output: { text: 'not here\n' } });
  expect(deadMen()).toBe('');
  expect(setting()).toBe('before\n');
});

test('no part of the order is in an argument list, and nobody waits for the dead man as for the order', async () => {
  const { send, order } = guarded(`cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >${file}.seen
    d=; while [ -z "$d" ]; do d=$(d=MALACHOR_DEADMAN; grep -lsa "$d=$MALACHOR_ORDER" /proc/[0-9]*/environ); done
    n=MALACHOR_ORDER; if grep -lsa "$n=$MALACHOR_ORDER" $d; then echo 'the dead man counts as the order'; fi`);
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'completed', output: { text: '' } });
  expect(readFileSync(`${file}.seen`, 'utf8')).not.toContain(`cat >${file}`);
});
