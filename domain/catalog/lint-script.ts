/** What is wrong at one line of a script, 0-based from its first line. */
export interface ScriptProblem {
  line: number;
  reason: string;
}

/** Constructs that dash does not know, as they look in a line without quotes and comments. */
const bashisms: readonly [RegExp, string][] = [
  [/\[\[(?!:)/u, '[[ … ]] is not POSIX; use [ … ]'],
  [/\[ [^\]]* == /u, '== in [ … ] is not POSIX; use ='],
  [/^\s*function\s+\w+/u, 'the word function is not POSIX; write name() {'],
  [/<<</u, '<<< is not POSIX; use a here-document or printf | command'],
  [/[<>]\(/u, 'process substitution is not POSIX; use a pipe or a file'],
  [/(?:^|[\s;])&>/u, '&> is not POSIX; use > file 2>&1'],
  [/\|&/u, '|& is not POSIX; use 2>&1 |'],
  [/(?:^|[^$\w])\$'/u, "$'…' is not POSIX; use printf"],
  [/(?:^|[\s;])\(\(/u, '(( … )) is not POSIX; use [ … ] with $(( … ))'],
  [/\$\{\w+(?:\/|\^|,|:\d|:\s-|@)/u, 'this kind of ${…} is not POSIX'],
  [/(?:^|[\s;])\w+\+?=\(/u, 'arrays are not POSIX'],
  [/\+=/u, '+= is not POSIX'],
  [
    /(?:^\s*|[;&|({]\s*|\b(?:then|do|else)\s+)(?:source|let|declare|typeset|local|pushd|popd|shopt|mapfile|readarray|which)\s/u,
    'this command is not POSIX',
  ],
  [/(?:^|[\s;&|])echo\s+-[neE]/u, 'options of echo are not POSIX; use printf'],
  [/set\s+-o\s+pipefail/u, 'pipefail is not POSIX'],
  [/(?:^|[\s;&|])read\s+-(?!r\s)/u, 'read knows only -r in POSIX'],
  [/\{\d+\.\.\d+\}/u, 'brace expansion is not POSIX'],
];

/** Finds what would not run, or not do the same, in dash. A cheap look at lines, not a parser. */
export function lintShellScript(script: string): ScriptProblem[] {
  const problems: ScriptProblem[] = [];
  const lines = blankQuotes(script).split('\n');
  for (const [line, text] of lines.entries()) {
    for (const [pattern, reason] of bashisms) if (pattern.test(text)) problems.push({ line, reason });
  }
  if (/[\r\0]/u.test(script)) problems.push({ line: 0, reason: 'has a carriage return or a NUL character' });
  if (script.startsWith('#!'))
    problems.push({ line: 0, reason: 'has a #! line; the appliance chooses the shell' });
  return problems;
}

/** Names of the variables beginning with `P_` that the script reads. */
export function readsParameters(script: string): Set<string> {
  const found = script.matchAll(/\$(?:\{)?P_([A-Z][A-Z0-9_]*)/gu);
  return new Set([...found].map((match) => (match[1] ?? '').toLowerCase()));
}

/** The script with single-quoted texts, comments and here-documents blanked, lines kept. */
function blankQuotes(script: string): string {
  const withoutDocuments = script.replace(
    /(<<-?\s*(['"]?)(\w+)\2[^\n]*\n)([\s\S]*?\n)(\s*\3)(?=\n|$)/gu,
    (_all, start: string, _quote, _word, body: string, end: string) => `${start}${keepLines(body)}${end}`,
  );
  return withoutDocuments.replace(
    /("(?:\\[\s\S]|[^"\\])*")|(?<!\$)'[^']*'|(?<=^|[\s;])#[^\n]*/gu,
    (all, double: string | undefined) => double ?? `''${keepLines(all)}`,
  );
}

function keepLines(text: string): string {
  return text.replace(/[^\n]/gu, '');
}
