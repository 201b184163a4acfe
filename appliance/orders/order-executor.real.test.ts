import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order } from '../../contracts/order.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import type { SshHostConfig } from '../config.ts';
import { SshTransport } from '../transports/ssh/ssh-transport.ts';
import { buildOrder, buildRunbook, catalogOf, newSigner, signOrder } from './order-builder.ts';
import { OrderExecutor } from './order-executor.ts';
import { OrderJournal } from './order-journal.ts';

jest.setTimeout(60_000);
const lab = testLab();
const signer = newSigner();
let machine: LabHost;
let host: SshHostConfig;
let directory: string;
let journal: OrderJournal;
let transport: SshTransport;

beforeAll(async () => {
  machine = await lab.addHost({ diskMegabytes: 48 });
  const { address, port, user, identityFile, hostKey } = machine;
  host = { id: 'srv-1', address, port, user, identityFile, hostKey, baseline: 'linux' };
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-orders-'));
  journal = new OrderJournal(join(directory, 'orders.db'));
  transport = new SshTransport({ hosts: [host] });
  await lab.run(machine.id, 'rm -rf /root/t; mkdir /root/t');
});
afterEach(async () => {
  await transport.close();
  journal.close();
  await rm(directory, { recursive: true, force: true });
});
afterAll(() => lab.stop());

function given(over: Partial<RunbookDefinition>) {
  const runbook = buildRunbook(over);
  const catalog = catalogOf(runbook);
  const executor = () =>
    new OrderExecutor({
      site: 'main-street',
      hosts: new Set(['srv-1']),
      keys: [signer],
      catalog: () => Promise.resolve(catalog),
      transport,
      journal,
      now: Date.now,
    });
  const order = (change: Partial<Order> = {}) => buildOrder(catalog, Date.now(), change);
  return { runbook, order, executor, send: (value: Order) => executor().execute(signOrder(value, signer)) };
}

const onHost = async (script: string): Promise<string> => (await lab.run(machine.id, script)).stdout;
const until = (condition: string): string =>
  `i=0; until ${condition}; do [ $i -gt 500 ] && exit 1; sleep 0.02; i=$((i+1)); done`;
/** A remediation that counts its runs, takes two seconds and says when it is over. */
const slow = `echo run >> /root/t/runs
i=0; while [ $i -lt 20 ]; do echo step $i; sleep 0.1; i=$((i+1)); done
echo > /root/t/end`;

test('remediates as root and rolls back what it captured', async () => {
  const { order, send } = given({
    capture: 'cat /root/t/conf',
    remediate: 'echo good > /root/t/conf',
    rollback: 'cat > /root/t/conf',
  });
  await onHost(`echo "it's bad" > /root/t/conf`);
  const done = order();
  expect(await send(done)).toMatchObject({ result: 'completed', captured: { text: "it's bad\n" } });
  expect(await onHost('cat /root/t/conf')).toBe('good\n');
  expect(await send(order({ action: 'rollback', undoes: done.id }))).toMatchObject({ result: 'completed' });
  expect(await onHost('cat /root/t/conf')).toBe("it's bad\n");
});

test('a connection cut in the middle is interrupted, told only when the script has ended, and never run again', async () => {
  const { order, send } = given({ remediate: slow });
  const value = order();
  const sent = send(value);
  await onHost(`${until('[ -e /root/t/runs ]')}; pkill -9 -u healer sshd`);
  const outcome = await sent;
  expect(await onHost('cat /root/t/runs; ls /root/t')).toBe('run\nend\nruns\n');
  expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'state=before\n' } });
  expect(outcome.message).toMatch(/Nothing of it runs on the host any more/);
  expect(await send(value)).toEqual(outcome);
  expect(await onHost('cat /root/t/runs')).toBe('run\n');
});

test('a killed appliance finds its order interrupted when it is back, and the script has run once', async () => {
  const { runbook, order, send } = given({ remediate: slow });
  const value = order();
  journal.close();
  const child = startChild(runbook, value);
  await onHost(until('[ -e /root/t/runs ]'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  journal = new OrderJournal(join(directory, 'orders.db'));

  const outcome = await send(value);

  expect(await onHost('cat /root/t/runs; ls /root/t')).toBe('run\nend\nruns\n');
  expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'state=before\n' } });
  expect(outcome.message).toMatch(/appliance stopped while it ran/);
  expect(await send(value)).toEqual(outcome);
  expect(await onHost('cat /root/t/runs')).toBe('run\n');
});

test('an order that hangs is killed on the host at its limit and interrupted', async () => {
  const { order, send } = given({ timeoutMs: 1_000, remediate: 'trap "" TERM; sleep 321 & sleep 321' });
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'interrupted' });
  expect(outcome.message).toMatch(/did not end within 1000 ms/);
  expect(await onHost('ps -C sleep -o args= || :')).not.toContain('321');
});

test('50 MB of output end up as a beginning, a size and a digest', async () => {
  const { order, send } = given({
    timeoutMs: 30_000,
    remediate: 'head -c 52428800 /dev/zero; echo > /root/t/end',
  });
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'completed', output: { bytes: 52_428_800, truncated: true } });
  expect(await onHost('ls /root/t')).toBe('end\n');
});

test('a full disk fails with its name and changes nothing more', async () => {
  const { order, send } = given({
    remediate: 'set -e; head -c 1000000 /dev/zero > /root/t/new; mv /root/t/new /root/t/conf',
  });
  await onHost('head -c 200000000 /dev/zero > /var/full || :');
  const outcome = await send(order());
  await onHost('rm /var/full');
  expect(outcome.result).toBe('failed');
  expect(outcome.message).toMatch(/disk is full\. Free space/);
  expect(await onHost('ls /root/t')).toBe('new\n');
});

test('sudo refused before anything ran is failed, with nothing changed', async () => {
  const { order, send } = given({ remediate: slow });
  await onHost('mv /etc/sudoers.d/healer /root/healer');
  const outcome = await send(order());
  await onHost('mv /root/healer /etc/sudoers.d/healer');
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(outcome.message).toMatch(/nothing was changed: srv-1 refused sudo: .*Allow the account/);
  expect(await onHost('ls /root/t')).toBe('');
});

function startChild(runbook: RunbookDefinition, value: Order): ChildProcess {
  const child = spawn(process.execPath, [join(process.cwd(), 'appliance/orders/execute-in-child.ts')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const key = { keyId: signer.keyId, publicKey: Buffer.from(signer.publicKey).toString('base64') };
  const envelope = signOrder(value, signer);
  child.stdin.end(JSON.stringify({ journal: join(directory, 'orders.db'), host, key, runbook, envelope }));
  return child;
}
