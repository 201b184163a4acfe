import { systemPath } from './compose-script.ts';

/**
 * The one command that is ever given to a host: a POSIX shell that reads what to do from standard input. By absolute
 * names and with nothing of the account's environment but its home, so that neither an emptied `PATH` nor a locale, an
 * option of grep or an exported function of the account changes what a script reads. Any login shell understands it.
 */
export function shellCommand(asRoot: boolean): string {
  const clean = 'exec /usr/bin/env -i HOME="$HOME"';
  return asRoot ? `${clean} PATH=${systemPath} sudo -n /bin/sh -s` : `${clean} /bin/sh -s`;
}
