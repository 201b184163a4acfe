import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { Facts, FactValue } from '../../contracts/facts.ts';

/** Bounds of what is read from a probe's output; what is over them is cut or left out. */
export const probeOutputLimits = {
  characters: 1_048_576,
  textCharacters: 16_384,
  lineCharacters: 4_096,
  lines: 1_000,
};

export interface ProbeReading {
  /** Declared facts that were read. A `lines` fact of which no line came is an empty list. */
  facts: Facts;
  /** Declared facts whose value was there and could not be taken as its type, or was cut, with the reason. */
  unreadable: Record<string, string>;
}

/**
 * Reads the declared facts from the `name=value` lines of a probe's standard output. Never throws: the output is the
 * host's. Tolerates other lines (banners, warnings), undeclared names, CRLF, terminal escapes and replacement
 * characters. A fact over its bound is unreadable rather than cut, so that padding cannot hide the end of it.
 */
export function parseProbeOutput(check: Pick<CheckDefinition, 'facts'>, output: string): ProbeReading {
  const values = new Map<string, string[]>();
  for (const line of output.slice(0, probeOutputLimits.characters).split(/\r\n|\n|\r/u)) {
    const [, name, value] = /^([a-z][a-z0-9_]{0,63})=(.*)$/su.exec(withoutControls(line)) ?? [];
    if (name === undefined || value === undefined || !Object.hasOwn(check.facts, name)) continue;
    const found = values.get(name) ?? [];
    found.push(value);
    values.set(name, found);
  }
  const reading: ProbeReading = { facts: {}, unreadable: {} };
  const isCut = output.length > probeOutputLimits.characters;
  for (const [name, { type }] of Object.entries(check.facts)) {
    const found = values.get(name) ?? [];
    const result = isCut ? 'the output is too long' : type === 'lines' ? readLines(found) : undefined;
    if (typeof result === 'string') reading.unreadable[name] = result;
    else if (result) reading.facts[name] = result;
    else readLast(reading, name, type, found.at(-1)?.trim());
  }
  return reading;
}

const [escape, bell] = [String.fromCharCode(27), String.fromCharCode(7)];
/** Terminal escapes of ECMA-48: control sequences, operating system commands, and the short ones. */
const terminalEscape = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?|[@-Z\\\\^_])`,
  'gu',
);

/** The line without terminal escapes and control characters, so that colours do not hide a name. */
function withoutControls(line: string): string {
  return line.replace(terminalEscape, '').replace(/(?!\t)\p{Cc}/gu, '');
}

function readLines(found: string[]): string[] | string {
  if (found.length > probeOutputLimits.lines) return `it has more than ${probeOutputLimits.lines} lines`;
  const long = found.some((line) => line.length > probeOutputLimits.lineCharacters);
  return long ? `it has a line of more than ${probeOutputLimits.lineCharacters} characters` : found;
}

function readLast(reading: ProbeReading, name: string, type: string, text: string | undefined): void {
  if (text === undefined) return;
  const value = convert(type, text);
  if (value !== undefined) reading.facts[name] = value;
  else if (type === 'string') reading.unreadable[name] = 'it is too long';
  else reading.unreadable[name] = `it is not of type ${type}`;
}

const booleans = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

function convert(type: string, text: string): FactValue | undefined {
  switch (type) {
    case 'string':
      return text.length <= probeOutputLimits.textCharacters ? text : undefined;
    case 'integer':
      return /^[+-]?\d{1,15}$/u.test(text) ? Number(text) : undefined;
    case 'number':
      return /^[+-]?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?$/u.test(text) ? Number(text) : undefined;
    default:
      return booleans.get(text.toLowerCase());
  }
}
