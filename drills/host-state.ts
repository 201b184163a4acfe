import type { Touches } from '../contracts/catalog/runbook.ts';

/** One thing of a host that a runbook could change, and how it is: `file /etc/passwd` is `644 0 0 <digest>`. */
export type HostState = ReadonlyMap<string, string>;

/** A thing that is not as it was. */
export interface StateChange {
  /** Kind and name, as `file /etc/shadow`. */
  what: string;
  before: string | undefined;
  after: string | undefined;
}

/** Directories in which a change is noticed though no runbook declares it. */
const watchedPaths = [
  '/etc',
  '/usr/local',
  '/root',
  '/home',
  '/opt',
  '/srv',
  '/var/spool/cron',
  '/run/systemd/system',
];

/** Settings of the kernel that are looked at on every host; the rest of sysctl counts, measures or is random. */
const watchedKernel =
  '^(net\\.ipv[46]\\.(conf|ip_forward|tcp_syncookies|icmp_[a-z_]+)|kernel\\.(kptr_restrict|dmesg_restrict|randomize_va_space|yama|sysrq|core_pattern)|fs\\.(suid_dumpable|protected_))';

/**
 * A script (POSIX shell, root) that prints the state of the host as lines `<kind>\t<name>\t<how it is>`: files and links
 * of the watched directories and of `touches.paths` by mode, owner and digest, every unit's state, kernel settings,
 * packages, firewall and audit rules, and whatever of ours was left behind. Times of files are no part of it.
 */
export function stateScript(touches: Touches): string {
  const paths = [...watchedPaths, ...touches.paths].join(' ');
  const kernel = [
    watchedKernel,
    ...touches.kernel.map((name) => `^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`),
  ];
  return `
export LC_ALL=C
tab=$(printf '\\t')
find ${paths} -xdev \\( -type l -printf 'link\\t%p\\t%l\\n' -o -type d -printf 'directory\\t%p\\t%m %U %G\\n' \\
  -o -type f -printf 'mode\\t%p\\t%m %U %G\\n' \\) 2>/dev/null
find ${paths} -xdev -type f -print0 2>/dev/null | xargs -0 -r sha256sum 2>/dev/null |
  sed "s/^\\([0-9a-f]*\\)  \\(.*\\)/content$tab\\2$tab\\1/"
# Where systemd does not answer in time, nothing would look as if everything had gone.
answer() { for try in 1 2 3; do systemctl "$@" --no-legend --no-pager 2>/dev/null && return; done; }
files=$(answer list-unit-files) && units=$(answer list-units --all --plain --type=service,socket,timer,mount) || {
  echo 'systemd does not answer' >&2
  exit 1
}
printf '%s\\n' "$files" | awk -v t="$tab" '$2 != "transient" { print "enabled" t $1 t $2 }'
printf '%s\\n' "$units" | awk -v t="$tab" '$3 ~ /^(active|activating|reloading|deactivating|failed)$/ { print "unit" t $1 t $3 }'
sysctl -a 2>/dev/null | grep -E '${kernel.join('|')}' | sed "s/ = /$tab/; s/^/kernel$tab/"
dpkg-query -W -f 'package\\t\${Package}\\t\${Version} \${db:Status-Abbrev}\\n' 2>/dev/null ||
  rpm -qa --qf 'package\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\n' 2>/dev/null
nft -s list ruleset 2>/dev/null | awk -v t="$tab" '{ n++; print "firewall" t n t $0 }'
auditctl -l 2>/dev/null | awk -v t="$tab" '{ n++; print "audit" t n t $0 }'
for left in /run/*malachor* /tmp/*malachor* /var/tmp/*malachor*; do
  if [ -e "$left" ]; then printf 'left behind\\t%s\\tthere\\n' "$left"; fi
done
for process in $(grep -lsa MALACHOR_ /proc/[0-9]*/environ | cut -d/ -f3); do
  printf 'left behind\\tprocess %s\\t%s\\n' "$process" "$(tr '\\0' ' ' <"/proc/$process/cmdline" 2>/dev/null)"
done
`;
}

/** Reads what `stateScript` printed. */
export function parseState(output: string): HostState {
  const state = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [kind, name, ...how] = line.split('\t');
    if (kind !== undefined && name !== undefined && how.length > 0)
      state.set(`${kind} ${name}`, how.join('\t'));
  }
  return state;
}

/** Everything that differs, in order of its name. */
export function changesBetween(before: HostState, after: HostState): StateChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((what) => before.get(what) !== after.get(what) && !isRestless(what))
    .sort()
    .map((what) => ({ what, before: before.get(what), after: after.get(what) }));
}

/** Things that change by themselves: sessions, what timers start, and caches that others keep. */
function isRestless(what: string): boolean {
  return (
    /^(?:unit (?:session-|user@|user-runtime-dir@|run-user|systemd-tmpfiles-clean|apt-daily|dpkg-db-backup|man-db|logrotate|fstrim|e2scrub)|enabled run-user)/u.test(
      what,
    ) || /^(?:mode|content|directory) \/etc\/(?:ld\.so\.cache|mtab|resolv\.conf|adjtime)$/u.test(what)
  );
}

/** Whether the runbook declares that it may change this. */
export function isDeclared(what: string, touches: Touches): boolean {
  const [kind = '', ...rest] = what.split(' ');
  const name = rest.join(' ');
  switch (kind) {
    case 'mode':
    case 'content':
    case 'link':
    case 'directory':
      return touches.paths.some((path) => covers(path, name)) || isUnitFile(name, touches);
    case 'enabled':
    case 'unit':
      return touches.services.some((unit) => pattern(unit).test(name));
    case 'kernel':
      return touches.kernel.some((setting) => pattern(setting).test(name));
    case 'package':
      return touches.packages;
    case 'firewall':
      return touches.firewall;
    case 'audit':
      return touches.auditRules;
    default:
      return false;
  }
}

/** Enabling, disabling and masking a unit are links that systemd keeps below /etc/systemd/system. */
function isUnitFile(path: string, { services }: Touches): boolean {
  if (!path.startsWith('/etc/systemd/system/')) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return services.some((unit) => pattern(unit).test(name)) || /\.(?:wants|requires)$/u.test(name);
}

function covers(path: string, name: string): boolean {
  const bare = path.replace(/\/$/u, '');
  const whole = pattern(bare);
  // The directory a file is made in or removed from keeps its own mode and owner, so it is no part of a change.
  return whole.test(name) || new RegExp(`^(?:${whole.source.slice(1, -1)})/`, 'u').test(name);
}

function pattern(glob: string): RegExp {
  return new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\]/gu, '\\$&').replaceAll('*', '[^/]*')}$`, 'u');
}

/** A change as one line for people. */
export function describeChange({ what, before, after }: StateChange): string {
  return `${what}: ${before ?? 'absent'} → ${after ?? 'absent'}`;
}
