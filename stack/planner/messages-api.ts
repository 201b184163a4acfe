import { z } from 'zod';

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string().min(1) });
const toolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().min(1),
  name: z.string().min(1),
  input: z.unknown(),
});
const toolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1),
  content: z.string().optional(),
});
const content = z.union([
  z.string().min(1),
  z.array(z.discriminatedUnion('type', [textBlock, toolUseBlock, toolResultBlock])).min(1),
]);

/** The part of a Messages API request that is understood here; anything else is refused, as the API does. */
export const messagesRequestSchema = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.number().int().min(1),
  system: z.string().optional(),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content })).min(1),
  tools: z
    .array(
      z.looseObject({
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
        description: z.string().optional(),
        input_schema: z.looseObject({
          type: z.literal('object'),
          properties: z.record(z.string(), z.unknown()).optional(),
        }),
      }),
    )
    .default([]),
  // Current models refuse a forced tool.
  tool_choice: z
    .strictObject({ type: z.enum(['auto', 'none']), disable_parallel_tool_use: z.boolean().optional() })
    .optional(),
  output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']) }).optional(),
  stream: z.literal(false).optional(),
});
export type MessagesRequest = z.output<typeof messagesRequestSchema>;

/** A block of an answer. */
export type AnswerBlock =
  { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: unknown };

/** What a behaviour answers with. */
export type Reply =
  | { kind: 'answer'; content: AnswerBlock[]; stopReason: string; afterMs?: number; outputTokens?: number }
  | { kind: 'error'; status: number; type: string; message: string; headers?: Record<string, string> }
  /** A body that is no message. */
  | { kind: 'raw'; status: number; contentType: string; body: string };

/** The rule of the API that every tool call of the turn before is answered, or undefined where it is kept. */
export function unansweredToolUse(request: MessagesRequest): string | undefined {
  for (const [index, message] of request.messages.entries()) {
    if (message.role !== 'assistant' || typeof message.content === 'string') continue;
    const next = request.messages[index + 1]?.content;
    const answered = Array.isArray(next)
      ? next.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []))
      : [];
    for (const block of message.content) {
      if (block.type === 'tool_use' && !answered.includes(block.id)) return block.id;
    }
  }
  return undefined;
}

/** Tokens as counted here: four characters each. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
