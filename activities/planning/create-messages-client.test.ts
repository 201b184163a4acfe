import { startMessagesServer, testApiKey } from '../../test/messages-server/start-messages-server.ts';
import {
  createMessagesClient,
  messagesEnvironmentSchema,
  ModelUnavailable,
} from './create-messages-client.ts';
import { costOf, defaultPlannerModel, modelPrices } from './model-prices.ts';
import { createSiteHmac } from './site-hmac.ts';

const client = (environment: Record<string, string>) =>
  createMessagesClient(messagesEnvironmentSchema.parse(environment));

test.each([{}, { ANTHROPIC_API_KEY: '' }, { ANTHROPIC_API_KEY: '  ' }])(
  'without a key there is no client',
  (environment) => {
    expect(client(environment)).toBeUndefined();
  },
);

test('the model is the default unless named, and the provider is told by the address', () => {
  const key = { ANTHROPIC_API_KEY: 'k' };
  expect(client(key)).toMatchObject({ provider: 'anthropic', model: defaultPlannerModel });
  expect(client({ ...key, ANTHROPIC_BASE_URL: '', MALACHOR_PLANNER_MODEL: '' })).toMatchObject({
    provider: 'anthropic',
    model: defaultPlannerModel,
  });
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    expect(
      client({
        ...key,
        ANTHROPIC_BASE_URL: `http://${host}:1234`,
        MALACHOR_PLANNER_MODEL: 'claude-haiku-5-5',
      }),
    ).toMatchObject({ provider: 'local', model: 'claude-haiku-5-5' });
  }
});

test('a key never goes over a network in the clear', () => {
  const open = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://models.example' };
  expect(() => client(open)).toThrow('https://');
});

test('an address that is no URL is refused where the environment is read', () => {
  expect(messagesEnvironmentSchema.safeParse({ ANTHROPIC_BASE_URL: 'models' }).success).toBe(false);
});

test('nothing is written to the console, whatever the server answers', async () => {
  const server = await startMessagesServer({ behaviour: 'serverError' });
  const written = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
    jest.spyOn(console, level),
  );
  const asked = createMessagesClient(
    { ANTHROPIC_API_KEY: testApiKey, ANTHROPIC_BASE_URL: server.url },
    { maxRetries: 0 },
  )!.create({ max_tokens: 10, messages: [{ role: 'user', content: 'hello' }] }, AbortSignal.timeout(5_000));
  const error: unknown = await asked.catch((reason: unknown) => reason);
  await server.stop();
  expect(error).toBeInstanceOf(ModelUnavailable);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(testApiKey);
  expect(written.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
  for (const spy of written) spy.mockRestore();
});

test('a request costs its tokens at the model’s price, a long prompt at the price for long ones', () => {
  expect(costOf('claude-sonnet-5-5', 1_000_000, 0)).toBe(2);
  expect(costOf('claude-haiku-4-5-20251001', 0, 1_000_000)).toBe(5);
  expect(costOf('claude-haiku-5-5', 100_000, 1_000)).toBeCloseTo(0.0105, 10);
  expect(costOf('claude-haiku-5-5', 100_001, 1_000)).toBeCloseTo(0.0525005, 10);
  expect(costOf('local-planner', 1_000, 1_000)).toBe(0);
});

test('an unknown model is charged at the dearest price known', () => {
  const known = Object.keys(modelPrices).map((model) => costOf(model, 1_000, 1_000));
  expect(costOf('claude-next-9', 1_000, 1_000)).toBe(Math.max(...known));
});

test('tokens of two sites have nothing in common, those of one site stay the same', () => {
  const hmacOf = createSiteHmac(new Uint8Array(32).fill(7));
  expect(hmacOf('a')('x')).toMatch(/^[0-9a-f]{64}$/u);
  expect(hmacOf('a')('x')).toBe(createSiteHmac(new Uint8Array(32).fill(7))('a')('x'));
  expect(hmacOf('a')('x')).not.toBe(hmacOf('b')('x'));
});
