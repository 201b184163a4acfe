import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { destinations } from '../../domain/posture/destinations.ts';
import { collectTcpReach } from './tcp-reach.ts';

const never = new AbortController().signal;

async function listen() {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((done) => server.close(done)),
  };
}

test('tells what opens, what refuses and what has no address', async () => {
  const [open, gone] = [await listen(), await listen()];
  await gone.close();
  const parameters = {
    destinations: `ehr=127.0.0.1:${open.port}, fax=127.0.0.1:${gone.port}, labs=labs.invalid:443`,
    timeout_ms: 2_000,
  };
  const facts = await collectTcpReach(parameters, never);
  await open.close();
  const [ehr = '', fax, labs = ''] = facts['destinations'] as string[];
  expect(ehr).toMatch(new RegExp(`^ehr 127\\.0\\.0\\.1 ${open.port} open \\d+$`));
  expect(fax).toBe(`fax 127.0.0.1 ${gone.port} refused -`);
  // A machine without a resolver waits for one.
  expect(labs).toMatch(/^labs labs\.invalid 443 (?:unresolved|timeout) -$/);
  expect(destinations(facts, parameters)).toMatchObject({ reachable_count: 1, unreachable: [fax, labs] });
});

test('an abort ends it with its reason', async () => {
  const stop = new AbortController();
  stop.abort(new Error('the scan ended'));
  await expect(collectTcpReach({ destinations: 'a=127.0.0.1:1' }, stop.signal)).rejects.toThrow(
    'the scan ended',
  );
});

test.each([
  [{}, /1 to 100 destinations, and has 0/],
  [{ destinations: 'ehr' }, /"ehr" is not a destination/],
  [{ destinations: 'a=127.0.0.1:1', timeout_ms: 1 }, /timeout_ms/],
])('refuses %j', async (parameters, reason) => {
  await expect(collectTcpReach(parameters, never)).rejects.toThrow(reason);
});
