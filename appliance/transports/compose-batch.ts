import { exports, type RunNames, systemPath } from './compose-script.ts';
import { shellQuote } from './shell-quote.ts';
import type { BatchProbe } from './transport.ts';

/** A probe and the number its marks bear. */
export interface NumberedProbe {
  number: number;
  probe: BatchProbe;
}

export interface BatchText {
  probes: readonly NumberedProbe[];
  /** How root is had for the probes that ask for it: by `sudo`, or because the account is root or nobody may be. */
  elevate: 'sudo' | 'none';
  /** After this many seconds the host ends the batch by itself: we may be out of reach by then. */
  giveUpAfterSeconds: number;
}

/**
 * The text to be fed to `sh -s` so that it runs the probes one after the other. Both streams bear the same marks, lines
 * `<marker> <words>` with an empty line before each:
 *
 * - `hello <host's clock>`, and on standard output the lines of os-release(5) that name the system
 * - `begin <number>`, then the probe's own output, `end <number> <exit status>`
 * - `sudo` before root is asked for, `root` once it is granted
 * - `done`
 *
 * Standard input stays open. Its end kills the batch on the host, and all that it started.
 */
export function composeBatch({ probes, elevate, giveUpAfterSeconds }: BatchText, names: RunNames): string {
  const isForRoot = ({ probe }: NumberedProbe): boolean => elevate === 'sudo' && probe.sudo;
  const shellOf = (own: readonly NumberedProbe[]): string =>
    own.length === 0 ? '' : `watch\n${own.map((each) => probeCall(each, names.id)).join('\n')}\nunwatch\n`;
  const prelude = preludeText(names, giveUpAfterSeconds);
  const root = probes.filter(isForRoot);
  const ending =
    root.length === 0 ? 'mark done\n' : rootStage(`{\n${prelude}mark root\n${shellOf(root)}exit 0\n}\n`);
  return `{\n${prelude}${hello}${shellOf(probes.filter((each) => !isForRoot(each)))}${ending}exit 0\n}\n`;
}

/** Reading with builtins, because each process started costs the host a thousand times as much. */
const hello = `mark "hello $(date +%s%3N 2>/dev/null)"
release=/etc/os-release
[ -r "$release" ] || release=/usr/lib/os-release
[ ! -r "$release" ] || while read -r line; do
case $line in ID=*|VERSION_ID=*) printf '%s\\n' "$line" ;; esac
done <"$release"
`;

function probeCall({ number, probe }: NumberedProbe, runId: string): string {
  const own = exports({ ...probe.environment, MALACHOR_RUN: `${runId}.${number}` });
  return `probe ${number} ${shellQuote(`${own}\n${probe.script}`)}`;
}

/** Hands the text of the root shell to sudo, and keeps its input open as long as ours is. */
function rootStage(text: string): string {
  return `mark sudo
{
printf %s ${shellQuote(text)}
while read -r line; do :; done
} <&3 3<&- 4>&- | {
sudo -n /bin/sh -s 3<&- 4>&-
mark done
}
`;
}

/**
 * What each of the two shells begins with.
 *
 * A probe is a subshell, which costs a fifth of a new shell. Its descriptor 9 is a pipe to its parent, which waits until
 * nobody holds the other end: so the next probe begins only when nothing of this one is left that could write. Who holds
 * that pipe is also how all of a hanging probe is found, processes that left for another session or lost their parent
 * included; those that closed it are found by MALACHOR_RUN in their environment.
 *
 * SIGTERM and its like are caught because `$$` in a subshell names the parent; but only once the timer has begun, which
 * would lose one that comes before it has a trap of its own.
 */
function preludeText({ id, marker }: RunNames, giveUpAfterSeconds: number): string {
  return `PATH=${systemPath}; LC_ALL=C; export PATH LC_ALL
cd /
exec 3<&0 4>&1 </dev/null
mark() {
printf '\\n%s %s\\n' ${marker} "$1"
printf '\\n%s %s\\n' ${marker} "$1" >&2
}
probe() {
mark "begin $1"
held=$(
exec 9>&1 >&4 3<&- 4>&-
eval "set --
$2"
)
mark "end $1 $?"
held=
}
end_batch() {
plain=$(ls -l /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 /proc/$$/fd/3 /proc/$$/fd/4)
pipe=none
for file in /proc/$$/fd/*; do
link=$(readlink "$file") || continue
case $link in pipe:*) case $plain in *"$link"*) ;; *) pipe=$link ;; esac ;; esac
done
kill -KILL $$
run=${id}
for round in 1 2 3; do
ls -l /proc/[0-9]*/fd/9 | while read -r line; do
case $line in *"-> $pipe") process=\${line#*/proc/}; kill -KILL "\${process%%/*}" ;; esac
done
for file in $(grep -ls "MALACHOR_RUN=$run" /proc/[0-9]*/environ); do
process=\${file#/proc/}; kill -KILL "\${process%/environ}"
done
done
}
watch() {
( trap 'kill -KILL $!; exit' TERM
sleep ${giveUpAfterSeconds} & wait $!; end_batch ) </dev/null 3<&- 4>&- >/dev/null 2>&1 &
timer=$!
( while read -r line; do :; done; kill -TERM $timer; end_batch ) <&3 3<&- 4>&- >/dev/null 2>&1 &
watcher=$!
trap : HUP INT QUIT TERM USR1 USR2 ALRM
}
unwatch() {
trap - HUP INT QUIT TERM USR1 USR2 ALRM
kill -KILL $watcher
kill -TERM $timer
wait $watcher $timer
} 2>/dev/null
`;
}
