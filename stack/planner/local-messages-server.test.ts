import { startLocalMessagesServer, type MessagesServer } from './local-messages-server.ts';

let server: MessagesServer;
beforeEach(async () => {
  server = await startLocalMessagesServer({ apiKey: 'right' });
});
afterEach(() => server.stop());

const incident = '<incident>{"check":"linux.audit.running"}</incident>';
function runbook(id: string, risk = 'low', verifiedBy = 'linux.audit.running') {
  return { id, risk, verifiedBy, title: `Runbook ${id}` };
}
function content(runbooks: object[], attempts: string[] = []) {
  return `${incident}<runbooks>${JSON.stringify(runbooks)}</runbooks><untrusted_data>${JSON.stringify({ attempts })}</untrusted_data>`;
}
function request(text: string, offered: string[], over: object = {}) {
  return {
    model: 'm',
    max_tokens: 100,
    messages: [{ role: 'user', content: text }],
    tools: [
      {
        name: 'run_runbook',
        input_schema: { type: 'object', properties: { runbook: { enum: offered } } },
      },
    ],
    ...over,
  };
}
async function post(body: unknown, headers: Record<string, string> = {}, path = '/v1/messages') {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'x-api-key': 'right', 'anthropic-version': '2026-10-21', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
async function chosen(text: string, offered: string[]) {
  const { body } = await post(request(text, offered));
  const [block] = body['content'] as { name: string; input: { runbook?: string; confidence: number } }[];
  return [block?.name, block?.input.runbook ?? block?.input.confidence];
}

test('answers in the shape of the API, with tokens counted', async () => {
  const { status, body } = await post(request(content([runbook('A')]), ['A']));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'local-planner',
    stop_reason: 'tool_use',
    usage: { input_tokens: expect.any(Number) as number, output_tokens: expect.any(Number) as number },
  });
  expect(server.requests).toHaveLength(1);
});

test.each([
  ['a wrong key', { 'x-api-key': 'wrong' }, 401, 'authentication_error'],
  ['a wrong bearer key', { authorization: 'Bearer wrong' }, 401, 'authentication_error'],
  ['no version', { 'anthropic-version': '' }, 400, 'invalid_request_error'],
])('refuses %s', async (_, headers, status, type) => {
  const answer = await post(request(content([]), []), headers);
  expect(answer).toMatchObject({ status, body: { type: 'error', error: { type } } });
  expect(server.requests).toEqual([]);
});

const use = { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'run_runbook', input: {} }] };
test.each([
  ['a forced tool', { tool_choice: { type: 'any' } }],
  ['a sampling parameter', { temperature: 0 }],
  ['an empty message', { messages: [{ role: 'user', content: '' }] }],
  ['an assistant’s last word', { messages: [{ role: 'user', content: 'a' }, use] }],
  [
    'an unanswered tool call',
    { messages: [{ role: 'user', content: 'a' }, use, { role: 'user', content: 'b' }] },
  ],
])('refuses %s as the API does', async (_, over) => {
  const answer = await post(request('x', [], over));
  expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } });
});

test('refuses what is no JSON, and knows no other path', async () => {
  expect((await post('{')).status).toBe(400);
  expect((await post({}, {}, '/v1/complete')).status).toBe(404);
});

describe('the stand-in planner', () => {
  test('takes the fitting runbook of least risk', async () => {
    const runbooks = [runbook('M', 'medium'), runbook('L', 'low'), runbook('X', 'low', 'other.check')];
    expect(await chosen(content(runbooks), ['X', 'M', 'L'])).toEqual(['run_runbook', 'L']);
  });
  test('takes only what the tool offers', async () => {
    expect(await chosen(content([runbook('M', 'medium'), runbook('L')]), ['M'])).toEqual([
      'run_runbook',
      'M',
    ]);
  });
  test('takes none that was tried, and asks for a person when all were', async () => {
    const runbooks = [runbook('A'), runbook('B')];
    expect(await chosen(content(runbooks, ['A failed']), ['A', 'B'])).toEqual(['run_runbook', 'B']);
    expect(await chosen(content(runbooks, ['A failed', 'B failed']), ['A', 'B'])).toEqual(['escalate', 0.9]);
  });
  test('leaves high risk to a person', async () => {
    expect(await chosen(content([runbook('H', 'high')]), ['H'])).toEqual(['escalate', 0.9]);
  });
  test.each(['hello', '<incident>{', content([]).replace('<runbooks>', '')])(
    'asks for a person when it does not understand %j',
    async (text) => {
      expect((await chosen(text, []))[0]).toBe('escalate');
    },
  );
});
