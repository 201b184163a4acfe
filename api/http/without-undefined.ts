/** `T` with `undefined` taken out of its optional properties. */
export type WithoutUndefined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** A copy without properties that are undefined: a parsed optional field is either there or not. */
export function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  const present = Object.entries(value).filter(([, property]) => property !== undefined);
  return Object.fromEntries(present) as WithoutUndefined<T>;
}
