import type { ParameterValues } from '../../contracts/catalog/parameter.ts';

/** One way in which a host loses what a check asks for, planted in the host itself and taken back. */
export interface HostDrift {
  check: string;
  /** POSIX shell, run as root. */
  plant: string;
  /** POSIX shell, run as root: the host is as before. */
  undo: string;
  /** `fail` without it. */
  status?: 'fail' | 'warning';
  /** Part of the message. */
  says: string;
  parameters?: ParameterValues;
}
