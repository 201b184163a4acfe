import Anthropic, { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import type { Message, MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import { defaultPlannerModel } from './model-prices.ts';

/** A model behind the Messages API. */
export interface MessagesClient {
  provider: 'anthropic' | 'local';
  /** Model asked for. */
  model: string;
  /**
   * One answer. Busy servers (408, 409, 429, 5xx) and broken connections are tried again, waiting as `retry-after`
   * says, until `signal` aborts. Rejects with `ModelUnavailable` and nothing else.
   */
  create(request: Omit<MessageCreateParamsNonStreaming, 'model'>, signal: AbortSignal): Promise<Message>;
}

/** The model gave no answer. The message says what to do next and carries neither key nor prompt nor answer. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
}

/** An empty value in the environment counts as none. */
const setting = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();

/** The environment values a client is made of. */
export const messagesEnvironmentSchema = z.object({
  ANTHROPIC_API_KEY: setting,
  ANTHROPIC_BASE_URL: setting.pipe(z.url({ protocol: /^https?$/u }).optional()),
  MALACHOR_PLANNER_MODEL: setting,
});
export type MessagesEnvironment = z.output<typeof messagesEnvironmentSchema>;

/** What is read of a message later; the SDK itself checks nothing. */
const messageSchema = z.object({
  model: z.string(),
  stop_reason: z.string().nullable(),
  content: z.array(
    z.union([
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string() }),
      z.object({ type: z.string().refine((type) => type !== 'text' && type !== 'tool_use') }),
    ]),
  ),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }),
});

export interface MessagesClientLimits {
  /** Limit of one try. */
  timeoutMs: number;
  /** Tries after the first. */
  maxRetries: number;
}
const defaultLimits: MessagesClientLimits = { timeoutMs: 45_000, maxRetries: 4 };

/**
 * The client of `ANTHROPIC_API_KEY`, or undefined where there is no key. `ANTHROPIC_BASE_URL` leads elsewhere; on
 * loopback the provider is `local`. Throws a TypeError where a plain `http:` URL would carry the key over a network.
 */
export function createMessagesClient(
  environment: MessagesEnvironment,
  limits: Partial<MessagesClientLimits> = {},
): MessagesClient | undefined {
  const apiKey = environment.ANTHROPIC_API_KEY;
  if (!apiKey) return undefined;
  const baseURL = environment.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com';
  const isLocal = isLoopback(new URL(baseURL));
  if (!isLocal && new URL(baseURL).protocol !== 'https:') {
    throw new TypeError('ANTHROPIC_BASE_URL must begin with https:// unless it leads to this machine.');
  }
  const { timeoutMs, maxRetries } = { ...defaultLimits, ...limits };
  const model = environment.MALACHOR_PLANNER_MODEL ?? defaultPlannerModel;
  const sdk = new Anthropic({
    apiKey,
    baseURL,
    maxRetries,
    timeout: timeoutMs,
    // The SDK's log and traces can hold the prompt, and fetch would carry the key along a redirect.
    logLevel: 'off',
    openTelemetry: false,
    fetchOptions: { redirect: 'error' },
  });
  return {
    provider: isLocal ? 'local' : 'anthropic',
    model,
    create: async (request, signal) => {
      let message: Message;
      try {
        message = await sdk.messages.create({ ...request, model, stream: false }, { signal });
      } catch (error) {
        // The cause is left out on purpose: it holds headers and the server's own words.
        throw new ModelUnavailable(explain(error));
      }
      if (messageSchema.safeParse(message).success) return message;
      throw new ModelUnavailable('The model’s server sent no message. Check ANTHROPIC_BASE_URL.');
    },
  };
}

function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(url.hostname)
  );
}

function explain(error: unknown): string {
  if (error instanceof APIUserAbortError) return 'The model did not answer in time. Decide by hand.';
  if (error instanceof APIConnectionError) {
    return 'The model could not be reached. Check the network and ANTHROPIC_BASE_URL, or decide by hand.';
  }
  if (!(error instanceof APIError)) return 'The model’s answer could not be read. Decide by hand.';
  const status: unknown = error.status;
  if (status === 401 || status === 403) {
    return `The model’s server refused the key (${status}). Check ANTHROPIC_API_KEY.`;
  }
  if (status === 404)
    return 'The model’s server does not know the model (404). Check MALACHOR_PLANNER_MODEL.';
  if (status === 429) return 'The model’s server limits the rate (429). Decide by hand, or raise the limit.';
  if (status === 529) return 'The model’s server is overloaded (529). Decide by hand.';
  return `The model’s server answered with status ${Number(status)}. Decide by hand.`;
}
