import { shellQuote } from './shell-quote.ts';
import type { RunRequest } from './transport.ts';

/** What a run is known by on the host and in its output. Both are random. */
export interface RunNames {
  /** Value of `MALACHOR_RUN` in the environment of every process of the run. */
  id: string;
  /** Word that frames the script's output. */
  marker: string;
}

/** Time between asking a script to stop at its limit (SIGTERM) and killing it, in seconds. */
export const killAfterSeconds = 2;

/** System directories first, so that nothing put in /usr/local stands in for a system tool. */
export const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin';

/** The kernel takes 128 KiB for one environment string (execve(2)), and the script travels in one. */
const maxScriptBytes = 100_000;

/**
 * The text to be fed to `sh -s`: it prints `<marker> begin <host's clock>`, runs the request's script with its limits,
 * and prints `<marker> end <exit status>`.
 *
 * The script is handed to its shell in an environment variable, because an argument list can be read by every account
 * on the host and standard input belongs to the script's data. It is one compound command, so that the outer shell
 * never reads on.
 */
export function composeScript(request: RunRequest, names: RunNames): string {
  if (Buffer.byteLength(request.script) > maxScriptBytes) {
    throw new TypeError(`a script is longer than ${maxScriptBytes} bytes`);
  }
  const limit = `timeout -k ${killAfterSeconds} ${request.timeoutMs / 1000}`;
  const source =
    request.stdin === undefined
      ? 'run </dev/null'
      : `printf %s ${shellQuote(Buffer.from(request.stdin).toString('base64'))} | base64 -d | run`;
  // The first cat fails when the connection is cut; the second one then keeps the script's output open.
  const sink = request.survivesCut ? "2>&1 | { trap '' PIPE; cat; exec cat >/dev/null; } 2>/dev/null" : '';
  return `{
PATH=${systemPath}; LC_ALL=C; export PATH LC_ALL
printf '\\n%s begin %s\\n' ${names.marker} "$(date +%s%3N 2>/dev/null)"
if ${limit} true 2>/dev/null; then limit='${limit}'; else limit=; fi
run() (
${exports({ ...request.environment, MALACHOR_RUN: names.id, MALACHOR_SCRIPT: request.script })}
$limit sh -c 'eval "unset MALACHOR_SCRIPT; $MALACHOR_SCRIPT"'
printf '\\n%s end %s\\n' ${names.marker} "$?"
)
${source} ${sink}
exit 0
}
`;
}

/** Lines that export the variables to a POSIX shell. @throws TypeError on a name that is not `[A-Z][A-Z0-9_]*`. */
export function exports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (!/^[A-Z][A-Z0-9_]*$/.test(name))
        throw new TypeError(`${name} is not an environment variable's name`);
      return `export ${name}=${shellQuote(value)}`;
    })
    .join('\n');
}
