import type { Message, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { PlannerRecord } from '../../contracts/plan.ts';
import type { PlannerPrompt } from '../../domain/planning/prompt.ts';
import type { ModelBlock, ModelMessage } from '../../domain/planning/read-answer.ts';
import type { PlannerTool } from '../../domain/planning/tools.ts';
import type { MessagesClient } from './create-messages-client.ts';
import { costOf, priceOf } from './model-prices.ts';
import type { PlannerUsage } from './ports.ts';

/** Most tokens one answer may have, thinking included. */
export const maxAnswerTokens = 4_096;
const answerBytesKept = 16_384;

/** A talk with the model about one drift, and the record of it. */
export interface Conversation {
  messages: MessageParam[];
  record: PlannerRecord;
}

export function beginConversation(client: MessagesClient, prompt: PlannerPrompt): Conversation {
  return {
    messages: [{ role: 'user', content: prompt.user }],
    record: {
      provider: client.provider,
      model: client.model,
      prompt: `${prompt.system}\n\n${prompt.user}`,
      answers: [],
      inputTokens: 0,
      outputTokens: 0,
      cost: 0,
    },
  };
}

/**
 * An upper estimate of the tokens the next question can use: three characters a token, and an answer as long as
 * allowed. Text of the kind sent here has about four.
 */
export function estimateTokens(
  conversation: Conversation,
  prompt: PlannerPrompt,
  tools: readonly PlannerTool[],
): number {
  const text = prompt.system + JSON.stringify(conversation.messages) + JSON.stringify(tools);
  return Math.ceil(text.length / 3) + maxAnswerTokens;
}

/** Asks, and notes answer, tokens and cost in the conversation. Rejects with `ModelUnavailable`. */
export async function ask(
  client: MessagesClient,
  conversation: Conversation,
  prompt: PlannerPrompt,
  tools: readonly PlannerTool[],
  signal: AbortSignal,
): Promise<{ answer: ModelMessage; usage: PlannerUsage; message: Message }> {
  const message = await client.create(
    {
      max_tokens: maxAnswerTokens,
      system: prompt.system,
      messages: conversation.messages,
      tools: [...tools],
      // Not forced: current models refuse a forced tool, and one that insists on prose may have a reason.
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      ...(priceOf(client.model).acceptsEffort ? { output_config: { effort: 'medium' } } : {}),
    },
    signal,
  );
  const usage = usageOf(message, client.model);
  const { record } = conversation;
  record.model = usage.model;
  record.answers.push(capped(JSON.stringify({ stop_reason: message.stop_reason, content: message.content })));
  record.inputTokens += usage.inputTokens;
  record.outputTokens += usage.outputTokens;
  record.cost += usage.cost;
  return { answer: readable(message), usage, message };
}

/** Adds the model's answer and our question to answer again. A tool call must be answered with a result. */
export function askAgain(conversation: Conversation, message: Message, text: string): void {
  const content = message.content.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  const results = content
    .filter((block) => block.type === 'tool_use')
    .map((block) => ({ type: 'tool_result', tool_use_id: block.id, is_error: true, content: text }) as const);
  if (content.length > 0) conversation.messages.push({ role: 'assistant', content });
  conversation.messages.push({ role: 'user', content: results.length > 0 ? results : text });
  conversation.record.prompt += `\n\n${text}`;
}

function usageOf({ model, usage }: Message, asked: string): PlannerUsage {
  const count = (tokens: unknown) => (typeof tokens === 'number' && tokens > 0 ? Math.ceil(tokens) : 0);
  const inputTokens =
    count(usage.input_tokens) +
    count(usage.cache_creation_input_tokens) +
    count(usage.cache_read_input_tokens);
  const outputTokens = count(usage.output_tokens);
  const name = model || asked;
  return { model: name, inputTokens, outputTokens, cost: costOf(name, inputTokens, outputTokens) };
}

function readable(message: Message): ModelMessage {
  return {
    stopReason: message.stop_reason,
    content: message.content.map((block): ModelBlock => {
      if (block.type === 'text') return { type: 'text', text: block.text };
      if (block.type === 'tool_use') return { type: 'tool_use', name: block.name, input: block.input };
      return { type: 'other' };
    }),
  };
}

function capped(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= answerBytesKept) return text;
  // A character cut in two at the end becomes the replacement character; it is dropped.
  return bytes
    .subarray(0, answerBytesKept)
    .toString('utf8')
    .replace(/\ufffd$/u, '');
}
