import { exports } from '../transports/compose-script.ts';
import { listMarkedScript } from '../transports/kill-script.ts';
import { shellQuote } from '../transports/shell-quote.ts';

/** How long after the remediation's own limit the appliance has to log in anew and confirm. */
export const confirmWithinMs = 45_000;

/** Exit statuses of `confirmScript`. */
export const confirmStatus = { confirmed: 0, takenBack: 4, takingBack: 5 } as const;

export interface GuardedChange {
  orderId: string;
  remediate: string;
  rollback: string;
  /** Environment of both scripts. */
  environment: Readonly<Record<string, string>>;
  /** How long the host waits for the confirmation, from the beginning. */
  waitMs: number;
}

/**
 * The remediation with a dead man beside it (POSIX shell; what was captured comes on standard input, in base64): a
 * process that nobody's session holds, which takes the change back unless it is told in time that the appliance could
 * log in again. It lives in memory only, so that nothing is left on the host; a restart of the host ends it.
 *
 * The dead man is known by `MALACHOR_DEADMAN` in its environment, and has nothing of the order's own environment: who
 * waits for the order's processes to end must not wait for it.
 */
export function guardedScript(change: GuardedChange): string {
  const seconds = Math.ceil(change.waitMs / 1_000);
  const undo = `${exports(change.environment)}\n${change.rollback}`;
  return `state=$(cat)
command -v setsid >/dev/null && command -v base64 >/dev/null || {
  echo 'the host has no setsid or base64, so it could not take the change back by itself' >&2
  exit 3
}
undo=${shellQuote(undo)}
# Apart from its value, because this text is in the environment of the shell that runs it.
name=MALACHOR_DEADMAN
{ printf '%s\\n' "$state" | env -i PATH="$PATH" LC_ALL=C "$name=${change.orderId}" MALACHOR_UNDO="$undo" \\
  setsid sh -c ${shellQuote(deadMan(seconds))}; } >/dev/null 2>&1 &
unset state undo name
exec </dev/null
${change.remediate}`;
}

/** What the dead man does: waits, and from the moment it acts heeds nobody. */
function deadMan(seconds: number): string {
  return `state=$(cat)
exec </dev/null
sleep ${seconds} &
sleeper=$!
trap 'kill "$sleeper" 2>/dev/null; exit 0' TERM
wait "$sleeper"
trap '' TERM HUP INT
printf '%s' "$state" | base64 -d | sh -c 'eval "unset MALACHOR_UNDO; $MALACHOR_UNDO"'`;
}

/**
 * Tells the dead man of an order that all is well. It exits with `confirmed`, or with `takenBack` where there is none
 * any more, or `takingBack` where it has begun to act and can no longer be stopped.
 */
export function confirmScript(orderId: string): string {
  return `${listMarkedScript('MALACHOR_DEADMAN', orderId)}
found=$(marked)
[ -n "$found" ] || exit ${confirmStatus.takenBack}
kill -TERM $found 2>/dev/null
tries=0
while [ -n "$(marked)" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 20 ] || exit ${confirmStatus.takingBack}
  sleep 0.1 2>/dev/null || sleep 1
done
exit ${confirmStatus.confirmed}`;
}

/** Ends when the dead man of the order has done what it had to. */
export function awaitDeadManScript(orderId: string): string {
  return `${listMarkedScript('MALACHOR_DEADMAN', orderId)}
while [ -n "$(marked)" ]; do sleep 1; done`;
}
