import { destinations } from '../../domain/posture/destinations.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { collectTcpReach } from './tcp-reach.ts';

jest.setTimeout(60_000);
const lab = testLab();
let host: LabHost;
beforeAll(async () => {
  host = await lab.addHost();
  await lab.run(
    host.id,
    `nft -f - <<'END'
    flush ruleset
    table inet reach {
      chain input {
        type filter hook input priority 0; policy accept;
        tcp dport 9001 drop
        tcp dport 9002 reject with icmpx admin-prohibited
      }
    }
END`,
  );
});
afterAll(() => lab.stop());

test('tells a host that answers, one that drops, one that rejects, and one that is not there', async () => {
  const absent = host.address.replace(/\d+$/, '250');
  const parameters = {
    destinations: [
      `ssh=${host.address}:22`,
      `closed=${host.address}:9000`,
      `dropped=${host.address}:9001`,
      `rejected=${host.address}:9002`,
      `absent=${absent}:22`,
    ].join(','),
    timeout_ms: 6_000,
  };
  const facts = await collectTcpReach(parameters, new AbortController().signal);
  const states = (facts['destinations'] as string[]).map((line) => line.split(' ')[3]);
  expect(states).toEqual(['open', 'refused', 'timeout', 'unreachable', 'unreachable']);
  expect(destinations(facts, parameters)).toMatchObject({
    destination_count: 5,
    reachable_count: 1,
    slow: [],
  });
});
