/**
 * How strongly a stored object is kept from change. `compliance`: S3 Object Lock, nobody can take it off before its time.
 * `governance`: S3, people with a special right can. `immutable`: a file that the operating system refuses to change until
 * root takes the mark off. `advisory`: only file permissions. `none`: nothing says how long it must be kept.
 */
export type LockMode = 'compliance' | 'governance' | 'immutable' | 'advisory' | 'none';

const strength: Record<LockMode, number> = {
  none: 0,
  advisory: 1,
  governance: 2,
  immutable: 3,
  compliance: 4,
};

/** Whether `mode` keeps an object at least as strongly as `wanted`. */
export function isAtLeast(mode: LockMode, wanted: LockMode): boolean {
  return strength[mode] >= strength[wanted];
}

/** An object as a store describes it. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** SHA-256 of its content, lower-case hex. Undefined where the store cannot tell without reading it. */
  sha256: string | undefined;
  /** ISO 8601, UTC, whole seconds. Undefined where it has no retention. */
  retainUntil: string | undefined;
  mode: LockMode;
  legalHold: boolean;
  /**
   * Whether something was laid over it: S3 lets a writer put a newer version or a delete marker on top of a locked one. The
   * object described is the first version, which the lock keeps.
   */
  covered: boolean;
}
