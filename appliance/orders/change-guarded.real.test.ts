import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { SshTransport } from '../transports/ssh/ssh-transport.ts';
import { buildOrder, buildRunbook, catalogOf, newSigner, signOrder } from './order-builder.ts';
import { OrderExecutor } from './order-executor.ts';
import { OrderJournal } from './order-journal.ts';

/** Remediations that go wrong in the ways that lock people out, on a real host with a real sshd and firewall. */
jest.setTimeout(120_000);
const lab = testLab();
const signer = newSigner();
let host: LabHost;
let directory: string;
let journal: OrderJournal;
let transport: SshTransport;

beforeAll(async () => {
  host = await lab.addHost();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-orders-'));
  journal = new OrderJournal(join(directory, 'orders.db'));
  const { id, address, port, user, identityFile, hostKey } = host;
  const config = { id, address, port, user, identityFile, hostKey, baseline: 'linux' };
  transport = new SshTransport({ hosts: [config], connectTimeoutMs: 2_000, keepaliveMs: 500 });
});
afterEach(async () => {
  await transport.close();
  journal.close();
  await rm(directory, { recursive: true, force: true });
});
afterAll(() => lab.stop());

function given(over: Partial<RunbookDefinition>) {
  const catalog = catalogOf(buildRunbook({ guardsAccess: true, timeoutMs: 4_000, ...over }));
  const executor = new OrderExecutor({
    site: 'main-street',
    hosts: new Set([host.id]),
    keys: [signer],
    catalog: () => Promise.resolve(catalog),
    transport,
    journal,
    now: Date.now,
    confirmWithinMs: 3_000,
  });
  const order = (): Order => buildOrder(catalog, Date.now(), { host: host.id });
  return { order, send: (value: Order): Promise<OrderOutcome> => executor.execute(signOrder(value, signer)) };
}

const onHost = async (script: string): Promise<string> => (await lab.run(host.id, script)).stdout;
const rules = () => onHost('nft -s list ruleset');
const firewall = { capture: 'nft -s list ruleset', rollback: 'nft flush ruleset; nft -f -' };

test('a firewall that shuts new logins out, and keeps the open one, is taken back by the host', async () => {
  const before = await rules();
  const { order, send } = given({
    ...firewall,
    remediate: 'nft insert rule inet filter input ct state new tcp dport 22 drop',
  });
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(outcome.message).toContain('the host took it back by itself');
  expect(await rules()).toBe(before);
});

test('a firewall that cuts the session it came by is taken back by the host', async () => {
  const before = await rules();
  const { order, send } = given({
    ...firewall,
    remediate:
      'nft flush ruleset; nft add table inet t; nft add chain inet t i "{ type filter hook input priority 0; policy drop; }"; sleep 1',
  });
  const outcome = await send(order());
  expect(outcome.result).not.toBe('completed');
  expect(await rules()).toBe(before);
  expect(await onHost('n=MALACHOR_DEADMAN; grep -lsa "$n=" /proc/[0-9]*/environ || :')).toBe('');
});

test('an sshd that no longer starts is brought back by the host', async () => {
  const { order, send } = given({
    capture: 'cat /etc/ssh/sshd_config',
    remediate: 'echo Nonsense >>/etc/ssh/sshd_config; systemctl stop ssh',
    rollback: 'cat >/etc/ssh/sshd_config; systemctl start ssh',
  });
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(await onHost('systemctl is-active ssh; sshd -t && echo valid')).toBe('active\nvalid\n');
});

test('a change that leaves the way in open is confirmed over a new login, and stays', async () => {
  const { order, send } = given({
    ...firewall,
    remediate: 'nft insert rule inet filter input tcp dport 9 drop',
  });
  expect(await send(order())).toMatchObject({ result: 'completed' });
  expect(await rules()).toContain('tcp dport 9 drop');
  expect(await onHost('n=MALACHOR_DEADMAN; grep -lsa "$n=" /proc/[0-9]*/environ || :')).toBe('');
});

test('a host that restarts in the middle is told as such, and the order is never run again', async () => {
  await onHost('rm -rf /root/t; mkdir /root/t');
  const { order, send } = given({
    guardsAccess: false,
    timeoutMs: 20_000,
    remediate: 'echo run >>/root/t/runs; sync; sleep 15; echo end >>/root/t/runs',
  });
  const value = order();
  const sent = send(value);
  await onHost('i=0; until [ -s /root/t/runs ]; do [ $i -lt 200 ] || exit 1; sleep 0.05; i=$((i+1)); done');
  await lab.reboot(host.id);
  const outcome = await sent;
  expect(outcome).toMatchObject({ result: 'interrupted', captured: { text: 'state=before\n' } });
  expect(outcome.message).toContain('Nothing of it runs on the host any more');
  expect(await send(value)).toEqual(outcome);
  expect(await onHost('cat /root/t/runs')).toBe('run\n');
});

test('a file system that cannot be written to is a failure that says so, and nothing is half done', async () => {
  await onHost(
    'mkdir -p /srv/ro && mount -t tmpfs tmpfs /srv/ro && echo old >/srv/ro/conf && mount -o remount,ro /srv/ro',
  );
  const { order, send } = given({
    capture: 'cat /srv/ro/conf',
    remediate: 'set -e; echo new >/srv/ro/conf.malachor; mv /srv/ro/conf.malachor /srv/ro/conf',
    rollback: 'cat >/srv/ro/conf',
  });
  const outcome = await send(order());
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(outcome.output?.text).toContain('Read-only file system');
  expect(await onHost('cat /srv/ro/conf; ls /srv/ro; umount /srv/ro')).toBe('old\nconf\n');
});
