import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import type { Notification } from '../../contracts/central-activities.ts';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import { createNotifyActivities, createWebhookChannels } from './create-notify-activities.ts';
import { OutboundError, outboundPost } from './outbound-post.ts';
import type { Delivery } from './ports.ts';
import { verifyWebhook } from './webhook-signature.ts';

const secret = 'shared-with-the-receiver';
const now = new Date('2026-11-23T10:00:00.750Z');
const notification: Notification = {
  id: '3b8f9f5e-8f5d-4a80-9a35-6c39b5f8d6c1',
  kind: 'escalated',
  site: 'main-street',
  incident: 'incident/main-street/srv-1/linux.users.uid0',
  host: 'srv-1',
  check: 'linux.users.uid0',
  severity: 'critical',
  title: 'An extra account has uid 0',
  summary: 'Account “svc” has uid 0 – décidez.',
  nextStep: 'Approve or reject.',
  at: '2026-11-23T10:00:00.000Z',
};

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  path: string;
}

/** A receiver on loopback that notes what it gets and answers with the next of `statuses`, the last for ever. */
async function aReceiver(statuses: number[], onRequest?: RequestListener) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        path: request.url ?? '',
      });
      if (onRequest) onRequest(request, response);
      else response.writeHead(statuses[Math.min(received.length, statuses.length) - 1]!).end('x');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    port,
    url: `http://127.0.0.1:${port}/hook/path-secret?token=query-secret`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function notifier(
  webhookUrl: string | undefined,
  settings: { allowPrivate?: boolean; timeoutMs?: number } = {},
) {
  const log: Delivery[] = [];
  const policies = { policyOf: async () => sitePolicySchema.parse({ webhookUrl }) };
  const clock = () => now;
  const activities = createNotifyActivities({
    channelsFor: createWebhookChannels({
      policies,
      secretOf: () => secret,
      allowPrivate: settings.allowPrivate ?? true,
      timeoutMs: settings.timeoutMs ?? 5_000,
      clock,
    }),
    deliveries: {
      record: async (delivery) => {
        log.push(delivery);
      },
    },
    clock,
  });
  return { deliver: () => activities.deliver({ notification }), log };
}

async function failureOf(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw new Error('an application failure was expected');
}

test('a delivery carries a signature that an independent computation confirms', async () => {
  await using receiver = await aReceiver([204]);
  const { deliver, log } = notifier(receiver.url);
  await expect(deliver()).resolves.toEqual({ channel: 'webhook', status: 'delivered' });

  const [{ headers, body, path }] = receiver.received as [Received];
  expect(JSON.parse(body)).toEqual(notification);
  expect(path).toBe('/hook/path-secret?token=query-secret');
  expect(headers['idempotency-key']).toBe(notification.id);
  expect(headers['malachor-timestamp']).toBe('1795428000');
  const mac = createHmac('sha256', Buffer.from(secret))
    .update(Buffer.concat([Buffer.from('1795428000.'), Buffer.from(body, 'utf8')]))
    .digest('hex');
  expect(headers['malachor-signature']).toBe(`v1=${mac}`);
  expect(log).toEqual([
    expect.objectContaining({ notificationId: notification.id, channel: 'webhook', status: 'delivered' }),
  ]);
});

test('a receiver tells a changed body, a foreign secret and a replay', async () => {
  await using receiver = await aReceiver([200]);
  await notifier(receiver.url).deliver();
  const [{ headers, body }] = receiver.received as [Received];
  expect(verifyWebhook(secret, headers, body, now)).toBe(true);
  expect(verifyWebhook(secret, headers, body.replace('uid 0', 'uid 1'), now)).toBe(false);
  expect(verifyWebhook('another', headers, body, now)).toBe(false);
  expect(verifyWebhook(secret, headers, body, new Date(now.getTime() + 301_000))).toBe(false);
  expect(verifyWebhook(secret, { ...headers, 'malachor-timestamp': '1795428001' }, body, now)).toBe(false);
  expect(verifyWebhook(secret, {}, body, now)).toBe(false);
});

test('500 throws for another try, which delivers the same id; both tries are in the log', async () => {
  await using receiver = await aReceiver([500, 200]);
  const { deliver, log } = notifier(receiver.url);
  expect(await failureOf(deliver())).toMatchObject({ type: 'receiver_failed', nonRetryable: false });
  await expect(deliver()).resolves.toMatchObject({ status: 'delivered' });
  expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
    notification.id,
    notification.id,
  ]);
  expect(log.map(({ status, detail }) => [status, detail?.split(':')[0]])).toEqual([
    ['failed', 'receiver_failed'],
    ['delivered', undefined],
  ]);
});

test('a receiver that does not answer is given up in time', async () => {
  await using receiver = await aReceiver([], () => undefined);
  const { deliver } = notifier(receiver.url, { timeoutMs: 150 });
  expect(await failureOf(deliver())).toMatchObject({ type: 'timeout', nonRetryable: false });
});

test('a redirect is refused and not followed', async () => {
  await using inside = await aReceiver([200]);
  await using receiver = await aReceiver([], (_request, response) => {
    response.writeHead(307, { location: inside.url }).end();
  });
  expect(await failureOf(notifier(receiver.url).deliver())).toMatchObject({
    type: 'redirect_refused',
    nonRetryable: true,
  });
  expect(inside.received).toEqual([]);
});

test.each([500, 404, 302])('the failure and the log after %i name neither path nor query', async (status) => {
  await using receiver = await aReceiver([status]);
  const { deliver, log } = notifier(receiver.url);
  const failure = await failureOf(deliver());
  const told = JSON.stringify([failure.message, failure.stack, failure.cause, failure.details, log]);
  expect(told).toContain(`http://127.0.0.1:${receiver.port}`);
  expect(told).not.toMatch(/path-secret|query-secret|shared-with/u);
});

test('a site without a webhook has it said in the log', async () => {
  const { deliver, log } = notifier(undefined);
  await expect(deliver()).resolves.toEqual({ channel: 'none', status: 'no_channel' });
  expect(log).toEqual([expect.objectContaining({ status: 'no_channel' })]);
});

test('a closed port fails for another try', async () => {
  const receiver = await aReceiver([200]);
  await receiver[Symbol.asyncDispose]();
  expect(await failureOf(notifier(receiver.url).deliver())).toMatchObject({ type: 'connection_failed' });
});

describe('where a tenant’s URL may lead', () => {
  const send = (url: string, addresses: string[], allowPrivate = false) =>
    outboundPost(url, {}, '{}', { allowPrivate, timeoutMs: 2_000, resolve: async () => addresses });

  test.each([
    ['https://hook.example/', ['127.0.0.1']],
    ['https://hook.example/', ['93.184.215.14', '10.0.0.5']],
    ['https://[::1]/', []],
    ['https://2130706433/', []],
    ['https://169.254.169.254/latest/meta-data', []],
  ])('%s at %j is refused', async (url, addresses) => {
    await expect(send(url, addresses)).rejects.toMatchObject({ code: 'address_refused' });
  });

  test.each(['169.254.169.254', 'fe80::1', '0.0.0.0', '::ffff:169.254.169.254'])(
    '%s is refused even where private addresses are allowed',
    async (address) => {
      await expect(send('https://hook.example/', [address], true)).rejects.toMatchObject({
        code: 'address_refused',
      });
    },
  );

  test.each(['ftp://hook.example/', 'http://hook.example/', 'https://me:pw@hook.example/', 'nonsense'])(
    '%s is no URL for a webhook',
    async (url) => {
      const error: unknown = await send(url, ['93.184.215.14']).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(OutboundError);
      expect(error).toMatchObject({ code: 'url_invalid' });
      expect(String(error)).not.toContain('pw');
    },
  );

  test('the connection goes to the address that was checked, whatever the name says next', async () => {
    await using receiver = await aReceiver([200]);
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    let asked = 0;
    const options = {
      allowPrivate: true,
      timeoutMs: 2_000,
      resolve: async () => answers[asked++] ?? [],
    };
    await expect(outboundPost(`http://rebinding.invalid:${receiver.port}/`, {}, '{}', options)).resolves.toBe(
      200,
    );
    expect(asked).toBe(1);
    expect(receiver.received[0]?.headers.host).toBe(`rebinding.invalid:${receiver.port}`);
  });

  test('a name without an address, or whose resolver hangs, is told apart', async () => {
    await expect(send('https://hook.example/', [])).rejects.toMatchObject({ code: 'name_not_resolved' });
    const hanging = outboundPost('https://hook.example/', {}, '', {
      allowPrivate: false,
      timeoutMs: 100,
      resolve: () => new Promise(() => undefined),
    });
    await expect(hanging).rejects.toMatchObject({ code: 'timeout' });
  });
});
