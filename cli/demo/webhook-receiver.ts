import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '../../activities/notify/webhook-signature.ts';

/** What a practice's own receiver saw. */
export interface WebhookReceiver {
  url: string;
  /** Deliveries by idempotency key, so that a repeated one counts once. */
  received: Map<string, { isGenuine: boolean; kind: string }>;
  stop(): Promise<void>;
}

/** A receiver on loopback that checks each delivery as any receiver should. `secret` may be known later. */
export async function startWebhookReceiver(secret: () => string): Promise<WebhookReceiver> {
  const received: WebhookReceiver['received'] = new Map();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const isGenuine = verifyWebhook(secret(), request.headers, body, new Date());
      const { kind } = JSON.parse(body) as { kind: string };
      received.set(String(request.headers['idempotency-key']), { isGenuine, kind });
      response.writeHead(isGenuine ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/malachor`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
