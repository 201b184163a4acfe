import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An address at which clients made for Bitcoin Core can talk to btcd. */
export interface CoreRpc {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Passes JSON-RPC on to `upstream` with the version that btcd wants and older clients of Bitcoin Core, python-bitcoinlib among
 * them, do not send. On loopback; the client's own login goes on as it is.
 */
export async function startCoreRpc(upstream: string): Promise<CoreRpc> {
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const call: unknown = JSON.parse((await buffer(request)).toString('utf8'));
        const answer = await fetch(upstream, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: request.headers.authorization ?? '',
          },
          body: JSON.stringify(typeof call === 'object' ? { ...call, jsonrpc: '1.0' } : call),
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      } catch {
        response.writeHead(502).end();
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
