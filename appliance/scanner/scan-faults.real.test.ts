import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { type Observation, observationSchema } from '../../contracts/observation.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { aBaseline, aCatalog, aCheck } from '../../test/builders/catalog.ts';
import { testLab } from '../../test/setup/lab.ts';
import { createCatalogSource } from '../catalog-source.ts';
import { createCollectors } from '../collectors/create-collectors.ts';
import type { SshHostConfig } from '../config.ts';
import { SshTransport } from '../transports/ssh/ssh-transport.ts';
import { Scanner } from './scanner.ts';

jest.setTimeout(90_000);
const lab = testLab();
const transports: SshTransport[] = [];
let machine: LabHost;
let whole: Record<string, string>;
beforeAll(async () => {
  machine = await lab.addHost();
  // A drift that every fault below could hide.
  await lab.run(machine.id, 'useradd -o -u 0 -M toor');
  whole = statuses(await scan());
  expect(whole[drifted]).toBe('fail');
});
afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.close()));
  await lab.stop();
});

const drifted = 'linux.accounts.extra_uid0';
const shipped = createCatalogSource(join(process.cwd(), 'catalog'), readCatalog);

function scannerOf(over: Partial<SshHostConfig> = {}, catalog: () => Promise<Catalog> = shipped): Scanner {
  const { id, address, port, user, identityFile, hostKey } = machine;
  const host = { id, address, port, user, identityFile, hostKey, baseline: 'linux-server', ...over };
  const transport = new SshTransport({ hosts: [host], connectTimeoutMs: 5_000 });
  transports.push(transport);
  return new Scanner({
    site: 'main-street',
    hosts: [host],
    catalog,
    transport,
    collectors: createCollectors(),
    now: Date.now,
    newId: randomUUID,
  });
}

async function scan(scanner = scannerOf()): Promise<Observation[]> {
  const { observations } = await scanner.scanHosts({ site: 'main-street' });
  for (const each of observations) expect(observationSchema.parse(each)).toEqual(each);
  return observations;
}

const statuses = (observations: Observation[]): Record<string, string> =>
  Object.fromEntries(observations.map(({ check, status }) => [check, status]));

/** Plants a fault, looks, and takes the fault away again. */
async function during<T>(fault: string, remedy: string, look: () => Promise<T>): Promise<T> {
  await lab.run(machine.id, fault);
  try {
    return await look();
  } finally {
    await lab.run(machine.id, remedy);
  }
}

/** Lets the lab's firewall take connections to a port. */
const openPort = (port: number): string =>
  `! nft list chain inet filter input >/dev/null 2>&1 || nft insert rule inet filter input tcp dport ${port} accept`;

/** Checks whose status is not what it is on the whole host, with both. */
const changes = (observations: Observation[]): string[] =>
  observations
    .filter(({ check, status }) => whole[check] !== status)
    .map(({ check, status, message }) => `${check}: ${whole[check]} became ${status}: ${message}`);

/** A scanner of scripts that print `mode=no` where nothing is wrong; only that passes. */
function scannerOfScripts(scripts: Record<string, string>, over: Partial<SshHostConfig> = {}): Scanner {
  const checks = Object.entries(scripts).map(([name, script]) =>
    aCheck({
      id: `linux.test.${name}`,
      // Each with a script of its own, because those that are the same are one reading.
      probe: { script: `${script} # ${name}`, timeoutMs: 2_000, sudo: name.startsWith('root') },
      facts: { mode: { type: 'string' }, more: { type: 'lines', required: false } },
      judge: [
        { when: { fact: 'mode', equals: 'no' }, status: 'pass', message: 'It is so.' },
        { when: { fact: 'mode', equals: 'yes' }, status: 'fail', message: 'It is not so.' },
      ],
    }),
  );
  const baseline = aBaseline({ checks: checks.map(({ id }) => id) });
  return scannerOf(over, () => Promise.resolve(aCatalog({ checks, baselines: [baseline] })));
}

test('garbage, gigabytes, colours and silence are judged for what they are, and harm no neighbour', async () => {
  const observations = await scan(
    scannerOfScripts({
      first: 'echo mode=no',
      garbage: 'head -c 500000 /dev/urandom; printf "\\nmode=\\377\\376no\\n"',
      gigabytes: 'echo mode=no; head -c 3000000000 /dev/zero',
      errors: 'echo mode=no; head -c 3000000000 /dev/zero >&2',
      colours: 'printf "\\033[1;32mmode\\033[0m=\\033[31mno\\033[0m\\r\\n"',
      silence: ':',
      hang: 'echo mode=no; sleep 600',
      failure: 'echo mode=no; exit 1',
      last: 'echo mode=yes',
      root_hang: 'echo mode=no; sleep 600',
      root_last: 'id -un | grep -qx root; echo mode=yes',
    }),
  );
  expect(Object.fromEntries(observations.map((o) => [o.check.slice(11), o.error?.code ?? o.status]))).toEqual(
    {
      first: 'pass',
      garbage: 'unreadable_answer',
      gigabytes: 'output_too_large',
      errors: 'output_too_large',
      colours: 'pass',
      silence: 'unreadable_answer',
      hang: 'timeout',
      failure: 'probe_failed',
      last: 'fail',
      root_hang: 'timeout',
      root_last: 'fail',
    },
  );
  const left = await lab.run(machine.id, 'pgrep -xa "sleep|head" || :');
  expect(left.stdout).not.toMatch(/600|3000000000/);
});

/** A reload would leave a moment in which nothing listens. */
const restart = 'systemctl restart ssh; until ss -tlnH | grep -q ":22 "; do sleep 0.02; done';

test('a banner, a noisy login, another locale, an emptied PATH and functions of the account change nothing', async () => {
  const rc = `cat > /home/healer/.bashrc <<'EOF'
printf '\\033[2J\\033[1;31mWELCOME\\033[0m mode=no\\npermit_root_login=no\\n'
echo 'linux.accounts.extra_uid0=pass' >&2
head -c 100000 /dev/urandom
export LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 LANGUAGE=de GREP_OPTIONS=-v GREP_COLORS=1 POSIXLY_CORRECT=1 CDPATH=/tmp IFS=/
export SYSTEMD_COLORS=1 PATH=
grep() { echo nothing; }; cat() { echo nothing; }; sudo() { return 1; }
export -f grep cat sudo
EOF
    chown healer: /home/healer/.bashrc
    head -c 3000 /dev/zero | tr '\\0' '*' > /etc/ssh/banner; echo 'Banner /etc/ssh/banner' > /etc/ssh/sshd_config.d/03-banner.conf
    echo 'Authorized use only' > /etc/motd
    sed -i 's/^linux-server//' /etc/motd; ${restart}`;
  const remedy = `rm /home/healer/.bashrc /etc/ssh/banner /etc/ssh/sshd_config.d/03-banner.conf; : > /etc/motd; ${restart}`;
  const observations = await during(rc, remedy, () => scan());
  expect(changes(observations).filter((line) => !/banner|motd/.test(line))).toEqual([]);
});

test('sudo that asks for a password is an error of what needs it; the rest is judged', async () => {
  const ask = 'sed -i s/NOPASSWD:// /etc/sudoers.d/healer; grep -q "ALL" /etc/sudoers.d/healer';
  const observations = await during(
    `cp -p /etc/sudoers.d/healer /root/healer; ${ask}`,
    'mv /root/healer /etc/sudoers.d/healer',
    () =>
      scan(
        scannerOfScripts({
          own: 'echo mode=yes',
          root: 'echo mode=no',
          root_too: 'echo mode=no; touch /tmp/ran-as-root',
          last: 'echo mode=no',
        }),
      ),
  );
  expect(observations.map((o) => o.error?.code ?? o.status)).toEqual([
    'fail',
    'sudo_refused',
    'sudo_refused',
    'pass',
  ]);
  expect(observations[1]!.error!.message).toMatch(/password is required/);
  expect((await lab.run(machine.id, 'ls /tmp')).stdout).not.toContain('ran-as-root');
});

test('a read-only file system does not keep a host from being read', async () => {
  await lab.run(
    machine.id,
    `mkdir -p /srv/ro; mount --rbind / /srv/ro; mount --make-rslave /srv/ro
     mkdir -p /root/.ssh; cat /home/healer/.ssh/authorized_keys > /root/.ssh/only
     cat > /etc/ssh/only.conf <<'EOF'
Port 2223
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
AuthorizedKeysFile /root/.ssh/only
ChrootDirectory /srv/ro
UsePAM no
StrictModes no
PidFile /run/only.pid
EOF
     /usr/sbin/sshd -f /etc/ssh/only.conf; until ss -tlnH | grep -q ':2223 '; do sleep 0.02; done
     ${openPort(2223)}`,
  );
  const inside = { port: 2223, user: 'root' };
  const before = statuses(await scan(scannerOf(inside)));
  await lab.run(
    machine.id,
    'mount -o remount,bind,ro /srv/ro; for at in tmp run var/tmp; do mountpoint -q /srv/ro/$at && mount -o remount,bind,ro /srv/ro/$at || :; done',
  );
  const [writes] = await scan(
    scannerOfScripts(
      {
        writes:
          'for at in /etc /tmp /run; do if touch $at/x 2>/dev/null; then exit 1; fi; done; echo mode=no',
      },
      inside,
    ),
  );
  const after = statuses(await scan(scannerOf(inside)));
  await lab.run(machine.id, 'kill "$(cat /run/only.pid)"; umount -R -l /srv/ro');
  expect(writes!.status).toBe('pass');
  expect(Object.values(before).filter((status) => status === 'pass').length).toBeGreaterThan(20);
  // Nothing is left that could fill up, and so nothing to judge.
  const full = { 'linux.disk.inodes': 'unknown', 'linux.disk.space': 'unknown' };
  expect(after).toEqual({ ...before, ...full });
});

test('a package manager at work does not keep a host from being read', async () => {
  const hold = `systemd-run --quiet --unit hold-dpkg python3 -c 'import fcntl, time
files = [open("/var/lib/dpkg/" + name, "w") for name in ("lock", "lock-frontend")]
for file in files: fcntl.lockf(file, fcntl.LOCK_EX)
open("/run/held", "w").close()
time.sleep(600)'
until [ -e /run/held ]; do sleep 0.02; done`;
  const observations = await during(hold, 'systemctl stop hold-dpkg; rm /run/held', () => scan());
  expect(changes(observations)).toEqual([]);
});

test.each([
  ['is not there', 'mv /usr/bin/systemctl /root/systemctl'],
  [
    'cannot reach its bus',
    `mv /usr/bin/systemctl /root/systemctl
     printf '#!/bin/sh\\necho "System has not been booted with systemd as init system (PID 1)." >&2\\nexit 1\\n' > /usr/bin/systemctl
     chmod 755 /usr/bin/systemctl`,
  ],
  [
    'prints garbage',
    `mv /usr/bin/systemctl /root/systemctl
     printf '#!/bin/sh\\nhead -c 5000 /dev/urandom\\n' > /usr/bin/systemctl; chmod 755 /usr/bin/systemctl`,
  ],
])('where systemctl %s, what it would say is unknown or an error, never drift', async (_case, fault) => {
  const remedy = 'mv -f /root/systemctl /usr/bin/systemctl; systemctl is-system-running >/dev/null || :';
  const observations = await during(fault, remedy, () => scan());
  // That systemctl is not the package's is drift, and true.
  const changed = observations.filter(
    ({ check, status }) => whole[check] !== status && check !== 'linux.integrity.package_files',
  );
  expect(
    changed
      .filter(({ status }) => status !== 'error' && status !== 'unknown')
      .map(({ check, status, message }) => `${check} ${status}: ${message}`),
  ).toEqual([]);
  expect(changed.length).toBeGreaterThan(3);
  expect(statuses(observations)[drifted]).toBe('fail');
});

test('a connection cut in the middle keeps what was read, and makes an error of the rest', async () => {
  const pending = scan(
    scannerOfScripts({
      read: 'echo mode=no',
      cut: 'echo mode=no; touch /tmp/cut-me; sleep 1.5',
      after: 'echo mode=no',
      root: 'echo mode=no',
    }),
  );
  await lab.run(machine.id, 'until [ -e /tmp/cut-me ]; do sleep 0.02; done; pkill -9 -u healer sshd');
  expect((await pending).map((o) => o.error?.code ?? o.status)).toEqual([
    'pass',
    'connection_lost',
    'connection_lost',
    'connection_lost',
  ]);
  const left = 'until ! pgrep -xu healer "sh|sleep" >/dev/null; do sleep 0.05; done; echo gone';
  expect((await lab.run(machine.id, left)).stdout).toBe('gone\n');
});

test('a host with nothing but busybox is read like any other', async () => {
  await lab.run(
    machine.id,
    `root=/srv/small; mkdir -p $root/bin $root/sbin $root/usr/bin $root/usr/sbin $root/proc $root/dev $root/etc $root/root $root/tmp $root/lib
     cp "$(command -v busybox)" $root/bin/busybox
     for file in $(ldd $root/bin/busybox | grep -o '/[^ ]*'); do mkdir -p $root\${file%/*}; cp -L $file $root$file; done
     chroot $root /bin/busybox --install
     mount -t proc proc $root/proc; mount --bind /dev $root/dev
     printf 'ID=alpine\\nVERSION_ID=3.22\\n' > $root/etc/os-release
     printf 'root:x:0:0:root:/root:/bin/sh\\n' > $root/etc/passwd
     mkdir -p /root/.ssh; cat /home/healer/.ssh/authorized_keys > /root/.ssh/small
     cat > /etc/ssh/small.conf <<'EOF'
Port 2222
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
AuthorizedKeysFile /root/.ssh/small
ChrootDirectory /srv/small
UsePAM no
StrictModes no
PidFile /run/small.pid
EOF
     cp /etc/passwd /root/passwd; sed -i 's|^root:\\(.*\\):/bin/bash$|root:\\1:/bin/sh|' /etc/passwd
     /usr/sbin/sshd -f /etc/ssh/small.conf; until ss -tlnH | grep -q ':2222 '; do sleep 0.02; done
     ${openPort(2222)}`,
  );
  const small = { port: 2222, user: 'root' };
  const scanner = scannerOfScripts(
    {
      read: '[ "$(readlink -f /bin/ls)" ] && ls -l /bin/ls >/dev/null; echo mode=no',
      hang: 'trap "" TERM; (sleep 602 &); (setsid sleep 603 &); sleep 601 | sleep 604; echo mode=no',
      flood: 'cat /dev/zero',
      killed: 'kill -9 $$',
      leaving: '(while :; do echo mode=no; sleep 1; done) & echo mode=yes',
      root: 'awk -F: \'$3 == 0 { print "mode=no" }\' /etc/passwd',
    },
    small,
  );
  const observations = await scan(scanner);
  expect(observations.map((o) => o.error?.code ?? o.status)).toEqual([
    'pass',
    'timeout',
    'output_too_large',
    'connection_lost',
    'timeout',
    'pass',
  ]);
  expect(observations[0]!.os).toEqual({ family: 'linux', id: 'alpine', version: '3.22' });
  expect(Math.abs(observations[0]!.clockSkewMs!)).toBeLessThan(5_000);
  const left = await lab.run(machine.id, 'pgrep -xa "sleep|cat" | grep -E "60[1-4]|sleep 1$|zero" || :');
  expect(left.stdout).toBe('');
});

test.each(['use_pty', 'log_output', 'requiretty'])(
  'sudo with %s runs what it may and tells what it refuses',
  async (setting) => {
    const scripts = {
      own: 'echo mode=no',
      root: 'id -un | grep -qx root; echo mode=no',
      root_hang: 'sleep 605 | sleep 606',
      root_last: 'echo mode=no',
    };
    const observations = await during(
      `echo 'Defaults ${setting}' > /etc/sudoers.d/zz-setting; chmod 440 /etc/sudoers.d/zz-setting`,
      'rm /etc/sudoers.d/zz-setting',
      () => scan(scannerOfScripts(scripts)),
    );
    expect(observations.map((o) => o.error?.code ?? o.status)).toEqual(
      setting === 'requiretty'
        ? ['pass', 'sudo_refused', 'sudo_refused', 'sudo_refused']
        : ['pass', 'pass', 'timeout', 'pass'],
    );
    expect((await lab.run(machine.id, 'pgrep -xa sleep | grep -E "60[56]" || :')).stdout).toBe('');
  },
);

// Last: the host is not the same afterwards.
test('a reboot in the middle makes an error of what was not read, and of the next scan until the host is back', async () => {
  const scanner = scannerOfScripts({
    read: 'echo mode=no',
    cut: 'echo mode=no; touch /tmp/reboot-me; sleep 1.9',
    after: 'echo mode=no',
  });
  const pending = scan(scanner);
  await lab.run(
    machine.id,
    'until [ -e /tmp/reboot-me ]; do sleep 0.02; done; systemctl --force --force reboot',
    {
      allowFailure: true,
    },
  );
  expect((await pending).map((o) => o.error?.code ?? o.status)).toEqual([
    'pass',
    'connection_lost',
    'connection_lost',
  ]);
});
