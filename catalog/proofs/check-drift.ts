import type { ParameterValues } from '../../contracts/catalog/parameter.ts';

/** One way in which a host loses what a check asks for. */
export interface CheckDrift {
  check: string;
  what: string;
  /** POSIX shell, run as root. */
  plant: string;
  /** Where the drift is planted in the host itself: how it is taken back. */
  undo?: string;
  parameters?: ParameterValues;
  /** `fail` where it is not set. */
  status?: 'warning' | 'pass' | 'unknown';
  /** What the check says to it, all of it where it is a text. */
  says: string | RegExp;
}

/** One way in which the reading of a check cannot be taken. */
export type UnreadableHost = Pick<CheckDrift, 'check' | 'what' | 'plant'>;

/** A drift that is planted in the host itself, taken back, and the check passes again. `says` is part of the message. */
export type HostDrift = Omit<CheckDrift, 'what' | 'undo' | 'says'> & { undo: string; says: string };
