import { pointerTo } from './json-pointer.ts';

/** What is done with a member or item: its value, its JSON Pointer, and its name or number. */
export type ChildVisit<Result> = (child: unknown, pointer: string, member: string) => Result;

/** Visits each member or item of a node; what is neither object nor array has none. */
export function visitChildren(node: unknown, pointer: string, visit: ChildVisit<void>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [member, child] of Object.entries(node)) visit(child, pointerTo(pointer, member), member);
}

/** The node with each member or item replaced by what `change` makes of it; what is neither object nor array as it is. */
export function mapChildren(node: unknown, pointer: string, change: ChildVisit<unknown>): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node))
    return node.map((item, index) => change(item, pointerTo(pointer, index), String(index)));
  // Defined, not assigned: a member called __proto__ is a member.
  return Object.fromEntries(
    Object.entries(node).map(([member, child]) => [
      member,
      change(child, pointerTo(pointer, member), member),
    ]),
  );
}
