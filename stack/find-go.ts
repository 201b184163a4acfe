import { delimiter } from 'node:path';
import { findCommand } from './find-command.ts';

/** Path of the Go command: on `$PATH`, else where Go's own installer puts it; undefined where there is none. */
export function findGo(): string | undefined {
  return findCommand('go', [process.env['PATH'] ?? '', '/usr/local/go/bin'].join(delimiter));
}
