import { z } from 'zod';
import { parameterValuesSchema } from '../../contracts/catalog/parameter.ts';
import { hasUnclosedObject, jsonObjectsIn } from './json-in-text.ts';

/** The parts of a model's message that matter here; blocks of other types are ignored. */
export interface ModelMessage {
  /** Why the model stopped, as the Messages API names it. */
  stopReason: string | null;
  content: readonly ModelBlock[];
}
export type ModelBlock =
  { type: 'text'; text: string } | { type: 'tool_use'; name: string; input: unknown } | { type: 'other' };

const why = {
  confidence: z.number().min(0).max(1),
  reason: z.string().trim().min(1).max(4_000),
};
const callSchema = z.discriminatedUnion('tool', [
  z.strictObject({
    tool: z.literal('run_runbook'),
    input: z.strictObject({
      // Any text here: whether it is in the allow-list is decided, not parsed, so that a name outside it is told apart.
      runbook: z.string().min(1).max(200),
      parameters: parameterValuesSchema.default({}),
      ...why,
    }),
  }),
  z.strictObject({ tool: z.literal('escalate'), input: z.strictObject(why) }),
]);
/** The one call the model made. */
export type PlannerCall = z.output<typeof callSchema>;

export type ReadAnswer =
  | { kind: 'call'; call: PlannerCall }
  /** The model declined to answer at all. */
  | { kind: 'declined' }
  /** `problem` is a sentence that quotes nothing of the answer. */
  | { kind: 'malformed'; problem: string };

/**
 * Reads the model's answer: one `tool_use` block, or one JSON object in prose. An answer that was cut off, holds
 * several calls or does not fit the schema is malformed.
 */
export function readAnswer(message: ModelMessage): ReadAnswer {
  if (message.stopReason === 'refusal') return { kind: 'declined' };
  if (message.stopReason === 'max_tokens' || message.stopReason === 'model_context_window_exceeded') {
    return malformed('it was cut off before its end.');
  }
  const uses = message.content.filter((block) => block.type === 'tool_use');
  if (uses.length > 1) return malformed('it calls more than one tool.');
  const [use] = uses;
  if (use) return readCall({ tool: use.name, input: use.input });
  return readProse(
    message.content
      .filter((block) => block.type === 'text')
      .map((block) => block.text)
      .join('\n'),
  );
}

function readProse(text: string): ReadAnswer {
  const candidates = jsonObjectsIn(text).map(asCall);
  const calls = candidates.filter((candidate) => callSchema.safeParse(candidate).success);
  if (calls.length > 1) return malformed('it holds more than one call.');
  const [first] = calls.length === 1 ? calls : candidates;
  if (first !== undefined) return readCall(first);
  return malformed(hasUnclosedObject(text) ? 'its JSON does not end.' : 'it holds no call.');
}

/** Accepts `{"tool":…,"input":…}`, and `name` for `tool` as the API itself writes it. */
function asCall(object: Record<string, unknown>): unknown {
  return { tool: object['tool'] ?? object['name'], input: object['input'] };
}

function readCall(candidate: unknown): ReadAnswer {
  const parsed = callSchema.safeParse(candidate);
  if (parsed.success) return { kind: 'call', call: parsed.data };
  const fields = [...new Set(parsed.error.issues.map((issue) => fieldOf(issue.path)))];
  return malformed(`these fields are missing or wrong: ${fields.join(', ')}.`);
}

/** Only names we know are repeated: a path can hold keys the model made up. */
function fieldOf(path: readonly PropertyKey[]): string {
  const known = ['tool', 'runbook', 'parameters', 'confidence', 'reason', 'input'];
  return (
    known.find((name) => path.includes(name) && (name !== 'input' || path.length === 1)) ??
    'unexpected fields'
  );
}

function malformed(problem: string): ReadAnswer {
  return { kind: 'malformed', problem };
}
