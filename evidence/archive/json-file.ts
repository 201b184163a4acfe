import type { z } from 'zod';
import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical-json.ts';

/** A JSON file of an archive: canonical JSON and a newline. */
export function writeJsonFile(value: unknown): Uint8Array {
  return encodeUtf8(`${canonicalJson(value)}\n`);
}

export type JsonReading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

/** The file's value where it is exactly what `writeJsonFile` writes for it and fits the schema. Never throws. */
export function parseJsonFile<Value>(bytes: Uint8Array, schema: z.ZodType<Value>): JsonReading<Value> {
  const text = decodeUtf8(bytes);
  if (!text?.endsWith('\n')) return { ok: false, reason: 'it is not UTF-8 text that ends with a newline' };
  return parseCanonical(text.slice(0, -1), schema);
}

/** The same for one line of text. */
export function parseCanonical<Value>(text: string, schema: z.ZodType<Value>): JsonReading<Value> {
  let json: unknown;
  try {
    json = JSON.parse(text);
    if (canonicalJson(json) !== text) return { ok: false, reason: 'it is not canonical JSON' };
  } catch {
    return { ok: false, reason: 'it is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it has another form'}` };
}
