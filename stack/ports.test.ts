import { createServer } from 'node:net';
import { ensurePortsFree, freePort } from './ports.ts';

const setting = (port: number) => ({
  what: 'the API',
  port,
  option: '--api-port',
  variable: 'MALACHOR_API_PORT',
});

test('a port in use is reported with what changes it', async () => {
  const server = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    await expect(ensurePortsFree([setting(port)])).rejects.toMatchObject({
      code: 'port_in_use',
      message: `this port is in use on 127.0.0.1: ${port} (the API)`,
      nextStep: 'Stop what uses it, or choose others with --api-port PORT or MALACHOR_API_PORT=PORT.',
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  await expect(ensurePortsFree([setting(port)])).resolves.toBeUndefined();
});
