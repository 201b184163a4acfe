import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { z } from 'zod';
import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';

/** Most characters a catalogue file may have. */
const maxFileCharacters = 262_144;

export type DataPath = readonly PropertyKey[];

/** One parsed and schema-checked file: its value, and where in the text each part of it stands. */
export interface SourceFile<T> {
  file: string;
  value: T;
  /** 1-based line of the part of the file at `path`, or of the nearest part around it. */
  lineOf(path: DataPath): number;
  /** Line of the first line of a block text (`|`) at `path`; of its key for other texts. */
  textLineOf(path: DataPath): number;
}

export type SourceResult<T> = { ok: true; source: SourceFile<T> } | { ok: false; problems: CatalogProblem[] };

/**
 * Parses YAML 1.2 `text` and checks it against `schema`. Any problem, a missing last newline included (the mark of a
 * file that is half-written), makes the whole file unusable. Never throws for what the text is.
 */
export function readYamlSource<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): SourceResult<z.output<Schema>> {
  if (text.length > maxFileCharacters) {
    return fail([{ file, line: 1, reason: `the file has more than ${maxFileCharacters} characters` }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    file,
    line: lines.linePos(pos[0]).line,
    reason: `is not valid YAML: ${message}`,
  }));
  if (faults.length > 0) return fail(faults);
  if (!text.endsWith('\n')) {
    const line = text.split('\n').length;
    return fail([{ file, line, reason: 'does not end with a newline; it may be half-written' }]);
  }
  return check(file, document, lines, schema);
}

function check<Schema extends z.ZodType>(
  file: string,
  document: Document.Parsed,
  lines: LineCounter,
  schema: Schema,
): SourceResult<z.output<Schema>> {
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const lineOf = (path: DataPath) => lineAt(locate(document.contents, path).offset);
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    const reason = `is not valid YAML: ${error instanceof Error ? error.message : 'it cannot be read'}`;
    return fail([{ file, line: 1, reason }]);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) {
    const textLineOf = (path: DataPath) => {
      const { offset, node } = locate(document.contents, path);
      const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
      return lineAt(offset) + (isBlock ? 1 : 0);
    };
    return { ok: true, source: { file, value: parsed.data, lineOf, textLineOf } };
  }
  const id = readId(data);
  const problems = parsed.error.issues.flatMap(simplify).map((issue) => ({
    file,
    line: lineOf(issue.path),
    reason: `${describePath(issue.path)}${issue.message}`,
    ...(id !== undefined && { id }),
  }));
  return fail(problems);
}

function fail(problems: CatalogProblem[]): { ok: false; problems: CatalogProblem[] } {
  return { ok: false, problems };
}

interface Finding {
  path: PropertyKey[];
  message: string;
}

/** An issue in words for authors: unknown keys get their own place, a union speaks for its most likely branch. */
function simplify(issue: z.core.$ZodIssue): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known field' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.map((branch) => branch.flatMap(simplify));
    const best = branches.reduce((left, right) => (likeliness(right) > likeliness(left) ? right : left));
    return best.map((finding) => ({ ...finding, path: [...issue.path, ...finding.path] }));
  }
  return [{ path: issue.path, message: issue.message }];
}

/** The branch the author meant is the one that got furthest, then the one with the fewest complaints. */
function likeliness(findings: readonly Finding[]): number {
  const unknown = findings.filter(({ message }) => message === 'is not a known field').length;
  const depth = Math.max(...findings.map(({ path }) => path.length));
  return depth * 10 - unknown * 20 - findings.length;
}

export function describePath(path: DataPath): string {
  const text = path.reduce<string>((whole, part) => {
    if (typeof part === 'number') return `${whole}[${part}]`;
    return whole === '' ? String(part) : `${whole}.${String(part)}`;
  }, '');
  return text === '' ? '' : `${text}: `;
}

function readId(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('id' in data)) return undefined;
  return typeof data.id === 'string' ? data.id.slice(0, 100) : undefined;
}

/** Offset of the key or item at `path` and its node, going as deep as the document does. */
function locate(root: Node | null, path: DataPath): { offset: number; node: Node | null } {
  let node = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    const next = step(node, part);
    if (!next) return { offset, node: null };
    ({ offset, node } = next);
  }
  return { offset, node };
}

function step(node: Node | null, part: PropertyKey): { offset: number; node: Node | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    if (!pair || !isPair(pair) || !isScalar(pair.key)) return undefined;
    return { offset: pair.key.range?.[0] ?? 0, node: isNode(pair.value) ? pair.value : null };
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(part)];
  return isNode(item) ? { offset: item.range?.[0] ?? 0, node: item } : undefined;
}
