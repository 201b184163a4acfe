import { shellQuote } from './shell-quote.ts';

/**
 * Lists the ids of processes that have `name=value` in their environment. Name and value stay apart in the text,
 * because the text itself is in the environment of the shell that runs it.
 */
export function listMarkedScript(name: string, value: string): string {
  return `name=${shellQuote(name)}; value=${shellQuote(value)}
marked() { grep -ls "$name=$value" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }`;
}

/** Kills every process of run `id`, those included that left its process group. */
export function killRunScript(id: string): string {
  return `${listMarkedScript('MALACHOR_RUN', id)}
for round in 1 2 3; do
  found=$(marked)
  [ -n "$found" ] || exit 0
  kill -KILL $found 2>/dev/null
done
exit 0`;
}

/** Ends when no process of order `id` is left on the host. */
export function awaitOrderEndScript(id: string): string {
  return `${listMarkedScript('MALACHOR_ORDER', id)}
while [ -n "$(marked)" ]; do sleep 0.2; done`;
}
