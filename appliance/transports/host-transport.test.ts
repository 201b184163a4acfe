import type { HostConfig } from '../config.ts';
import { probeOf } from './batch-contract.ts';
import { HostTransport } from './host-transport.ts';
import { LocalShellTransport } from './local-shell-transport.ts';
import { requestOf } from './transport-contract.ts';

const hosts: HostConfig[] = [
  { id: 'box', local: true, baseline: 'appliance' },
  {
    id: 'srv-1',
    address: '192.0.2.1',
    port: 22,
    user: 'healer',
    baseline: 'linux-server',
    identityFile: '/k',
  },
];

test('the appliance’s own machine is read by a shell of its own, every other host over the network', async () => {
  const [local, remote] = [new LocalShellTransport(), new LocalShellTransport()];
  const transport = new HostTransport(hosts, { local, remote });
  const limits = { maxOutputBytes: 1_000, timeoutMs: 10_000 };
  for (const { id } of hosts) {
    await transport.run(requestOf(id, ':'));
    await transport.runBatch({ host: id, probes: [probeOf(':')], ...limits });
  }
  const hostsOf = ({ requests, batches }: LocalShellTransport) =>
    [...requests, ...batches].map(({ host }) => host);
  expect([hostsOf(local), hostsOf(remote)]).toEqual([
    ['box', 'box'],
    ['srv-1', 'srv-1'],
  ]);
  await transport.close();
});
