import { concatBytes, decodeHex, encodeHex, encodeUtf8 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { writeNumber, type ByteReader } from './byte-reader.ts';
import { compareBytes } from './compare-bytes.ts';
import { keccak256 } from './keccak256.ts';
import { OtsError } from './ots-error.ts';
import { ripemd160 } from './ripemd160.ts';
import { sha1 } from './sha1.ts';

/** Operations lead from one message of a proof to the next (python-opentimestamps, core/op.py). */
export type HashName = 'sha1' | 'ripemd160' | 'sha256' | 'keccak256';
export type UnaryName = HashName | 'reverse' | 'hexlify';
export type BinaryName = 'append' | 'prepend';
export type Operation =
  { readonly name: UnaryName } | { readonly name: BinaryName; readonly argument: Uint8Array };

/** Longest message, result and argument. */
export const maxMessageBytes = 4_096;

const tags: Readonly<Record<UnaryName | BinaryName, number>> = {
  sha1: 0x02,
  ripemd160: 0x03,
  sha256: 0x08,
  keccak256: 0x67,
  append: 0xf0,
  prepend: 0xf1,
  reverse: 0xf2,
  hexlify: 0xf3,
};
const namesByTag = new Map(
  (Object.keys(tags) as (UnaryName | BinaryName)[]).map((name) => [tags[name], name] as const),
);

/** Its tag and, where it has one, its argument. */
export function writeOperation(operation: Operation): Uint8Array {
  const tag = Uint8Array.of(tags[operation.name]);
  if (!('argument' in operation)) return tag;
  return concatBytes([tag, writeNumber(operation.argument.length), operation.argument]);
}

/** The operation of `tag`, which has been read already. Throws OtsError. */
export function readOperation(tag: number, reader: ByteReader): Operation {
  const name = namesByTag.get(tag);
  if (name === undefined) {
    throw new OtsError('unknown_operation', `There is no operation with tag 0x${tag.toString(16)}.`);
  }
  return name === 'append' || name === 'prepend'
    ? { name, argument: reader.counted(1, maxMessageBytes) }
    : { name };
}

/** What `operation` makes of `message`. Throws OtsError where either is too long or the result would be empty. */
export function applyOperation(operation: Operation, message: Uint8Array, sha256: Sha256): Uint8Array {
  requireLength(message.length, 0);
  const result = compute(operation, message, sha256);
  requireLength(result.length, 1);
  return result;
}

function requireLength(length: number, minimum: number): void {
  if (length >= minimum && length <= maxMessageBytes) return;
  throw new OtsError('message_out_of_range', `A message has ${length} bytes, not 1 to ${maxMessageBytes}.`);
}

function compute(operation: Operation, message: Uint8Array, sha256: Sha256): Uint8Array {
  switch (operation.name) {
    case 'append':
      return concatBytes([message, operation.argument]);
    case 'prepend':
      return concatBytes([operation.argument, message]);
    case 'reverse':
      return Uint8Array.from(message).reverse();
    case 'hexlify':
      return encodeUtf8(encodeHex(message));
    case 'sha1':
      return sha1(message);
    case 'ripemd160':
      return ripemd160(message);
    case 'keccak256':
      return keccak256(message);
    case 'sha256':
      return decodeHex(sha256(message)) ?? new Uint8Array();
  }
}

/** The order in which the reference writes operations: by tag, then by argument. */
export function compareOperations(left: Operation, right: Operation): number {
  const byTag = tags[left.name] - tags[right.name];
  if (byTag !== 0 || !('argument' in left) || !('argument' in right)) return byTag;
  return compareBytes(left.argument, right.argument);
}
