import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hashToken, operatorSchema, type Operator } from './operators.ts';

/** Reads `admin-token` and, where it exists, `operators.json`. Throws an Error that names the file, never its text. */
export function loadOperators(secretsDirectory: string): Operator[] {
  const token = readFileSync(join(secretsDirectory, 'admin-token'), 'utf8').trim();
  if (token.length < 20)
    throw new Error('admin-token is too short to be a token: write a random one of 32 bytes');
  const admin: Operator = { name: 'admin', role: 'admin', sha256: hashToken(token) };
  return [admin, ...readOperators(join(secretsDirectory, 'operators.json'))];
}

function readOperators(path: string): Operator[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const parsed = z.array(operatorSchema).safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`operators.json is not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new Error('operators.json is not JSON');
  }
}
