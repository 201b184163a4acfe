/** How many opening braces that lead nowhere are looked into; bounds the work on hostile text. */
const maxFalseStarts = 32;

/**
 * The JSON objects written in `text`, in order and outermost, whatever stands around them. Braces are matched outside
 * of strings only, with escapes respected. Where braces do not close, or hold no JSON, the search goes on behind the
 * opening brace, at most `maxFalseStarts` times. Never throws; time is linear in the length of the text.
 */
export function jsonObjectsIn(text: string): Record<string, unknown>[] {
  const objects: Record<string, unknown>[] = [];
  let falseStarts = 0;
  let open = text.indexOf('{');
  while (open !== -1 && falseStarts < maxFalseStarts) {
    const end = closingBrace(text, open);
    const object = end === undefined ? undefined : parseObject(text.slice(open, end + 1));
    if (object) objects.push(object);
    else falseStarts += 1;
    open = text.indexOf('{', object && end !== undefined ? end + 1 : open + 1);
  }
  return objects;
}

/** Whether the first brace of `text` is never closed, as in an answer that was cut off. */
export function hasUnclosedObject(text: string): boolean {
  const open = text.indexOf('{');
  return open !== -1 && closingBrace(text, open) === undefined;
}

function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let index = open; index < text.length; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return undefined;
}

function parseObject(source: string): Record<string, unknown> | undefined {
  try {
    // A text that begins with `{` parses to an object or not at all.
    return JSON.parse(source) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
