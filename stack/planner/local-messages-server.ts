import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chooseRunbook } from './choose-runbook.ts';
import {
  countTokens,
  messagesRequestSchema,
  unansweredToolUse,
  type MessagesRequest,
  type Reply,
} from './messages-api.ts';

/** Decides the answer to one request. `number` counts the accepted requests from 1. */
export type Behaviour = (request: MessagesRequest, number: number) => Reply;

/** One accepted request, as it came. */
export interface RecordedRequest {
  body: string;
  request: MessagesRequest;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface MessagesServer {
  /** What `ANTHROPIC_BASE_URL` is set to. */
  url: string;
  requests: RecordedRequest[];
  setBehaviour(behaviour: Behaviour): void;
  /** Closes every connection and frees the port. */
  stop(): Promise<void>;
}

export interface MessagesServerOptions {
  /** Port on 127.0.0.1; a free one without it. */
  port?: number;
  /** The key it accepts. */
  apiKey: string;
  /** Without it, the stand-in planner of `chooseRunbook`. */
  behaviour?: Behaviour;
  /** Model name of its answers. */
  model?: string;
}

const bodyLimitBytes = 4 * 1024 * 1024;

/**
 * A server of the Messages API on loopback, for machines without a key and for tests: `POST /v1/messages` with
 * key, `anthropic-version`, tool use, token counts and the API's error bodies. Refuses what the API refuses:
 * a wrong key (401), an unknown path (404), a malformed or unfinished conversation (400).
 */
export async function startLocalMessagesServer(options: MessagesServerOptions): Promise<MessagesServer> {
  const requests: RecordedRequest[] = [];
  const model = options.model ?? 'local-planner';
  let behaviour: Behaviour = options.behaviour ?? chooseRunbook;

  const respond = async (request: IncomingMessage): Promise<Reply> => {
    if (
      request.method !== 'POST' ||
      new URL(request.url ?? '/', 'http://localhost').pathname !== '/v1/messages'
    ) {
      return refusal(404, 'not_found_error', 'Not found');
    }
    if (keyOf(request) !== options.apiKey) return refusal(401, 'authentication_error', 'invalid API key');
    if (!request.headers['anthropic-version']) {
      return refusal(400, 'invalid_request_error', 'anthropic-version: header is required');
    }
    const body = await readBody(request);
    if (body === undefined) return refusal(413, 'request_too_large', 'Request exceeds the maximum size');
    const parsed = messagesRequestSchema.safeParse(parseJson(body));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return refusal(400, 'invalid_request_error', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    if (parsed.data.messages.at(-1)?.role !== 'user') {
      return refusal(400, 'invalid_request_error', 'messages: the last message must be of the user');
    }
    const unanswered = unansweredToolUse(parsed.data);
    if (unanswered) {
      return refusal(400, 'invalid_request_error', `messages: no tool_result for tool_use ${unanswered}`);
    }
    requests.push({ body, request: parsed.data, headers: request.headers });
    return behaviour(parsed.data, requests.length);
  };

  const server = createServer((request, response) => {
    respond(request)
      .then((reply) => {
        const inputTokens = countTokens(requests.at(-1)?.body ?? '');
        send(response, reply, model, inputTokens);
      })
      .catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    setBehaviour: (next) => {
      behaviour = next;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, reply: Reply, model: string, inputTokens: number): void {
  const requestId = 'req_local';
  if (reply.kind === 'raw') {
    response.writeHead(reply.status, { 'content-type': reply.contentType, 'request-id': requestId });
    response.end(reply.body);
    return;
  }
  if (reply.kind === 'error') {
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      'request-id': requestId,
      ...reply.headers,
    });
    const error = { type: reply.type, message: reply.message };
    response.end(JSON.stringify({ type: 'error', error, request_id: requestId }));
    return;
  }
  const body = JSON.stringify({
    id: 'msg_local',
    type: 'message',
    role: 'assistant',
    model,
    content: reply.content,
    stop_reason: reply.stopReason,
    stop_sequence: null,
    usage: {
      input_tokens: inputTokens,
      output_tokens: reply.outputTokens ?? countTokens(JSON.stringify(reply.content)),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  });
  const timer = setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json', 'request-id': requestId });
    response.end(body);
  }, reply.afterMs ?? 0);
  response.once('close', () => {
    clearTimeout(timer);
  });
}

/** API version 2026-10-21 sends the key as a bearer token, the ones before as `x-api-key`. */
function keyOf({ headers }: IncomingMessage): string | string[] | undefined {
  return headers.authorization?.replace(/^Bearer /u, '') ?? headers['x-api-key'];
}

function refusal(status: number, type: string, message: string): Reply {
  return { kind: 'error', status, type, message };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
