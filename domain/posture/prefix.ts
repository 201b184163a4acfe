import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { parseAddress, type Address } from './address.ts';
import { splitList } from './split-list.ts';

/** A network: all addresses whose first `length` bits are those of `value`. */
export interface Prefix {
  family: 4 | 6;
  value: bigint;
  length: number;
}

/**
 * Reads `10.0.0.0/8`, `fd00::/8`, or one address. Undefined where it is none, and where bits are set beyond its length:
 * `10.0.0.5/8` may mean one host or sixteen million.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const [, body = '', digits] = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/u.exec(text) ?? [];
  const address = body === '*' ? undefined : parseAddress(body);
  if (address === undefined) return undefined;
  const { family, value } = address;
  const bits = family === 4 ? 32 : 128;
  const length = digits === undefined ? bits : Number(digits);
  if (length > bits) return undefined;
  return value & ((1n << BigInt(bits - length)) - 1n) ? undefined : { family, value, length };
}

/** The prefixes of a parameter, separated by commas, or what is wrong with it. */
export function parsePrefixes(parameter: ParameterValues[string] | undefined): Prefix[] | string {
  const prefixes: Prefix[] = [];
  for (const text of splitList(typeof parameter === 'string' ? parameter : '')) {
    const prefix = parsePrefix(text);
    if (prefix === undefined) return `${JSON.stringify(text)} is not an address or a prefix, as 10.0.0.0/8.`;
    prefixes.push(prefix);
  }
  return prefixes;
}

/** Whether `prefix` holds all of `inner`: an address, or another prefix. */
export function holds(
  prefix: Prefix,
  inner: Pick<Address, 'family' | 'value'> & { length?: number },
): boolean {
  const bits = prefix.family === 4 ? 32 : 128;
  if (inner.family !== prefix.family || (inner.length ?? bits) < prefix.length) return false;
  const shift = BigInt(bits - prefix.length);
  return inner.value >> shift === prefix.value >> shift;
}
