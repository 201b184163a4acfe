import type { CheckDrift, UnreadableHost } from './check-drift.ts';

/** At least one drift for each check of files, and what the check says to it. */
export const fileDrifts: CheckDrift[] = [
  {
    check: 'linux.files.sensitive_permissions',
    what: 'everybody may read the shadow file',
    plant: 'chmod 644 /etc/shadow',
    says: 'Too many may read or change: /etc/shadow is 644 root:shadow, at most 640 root:shadow.',
  },
  {
    check: 'linux.files.cron_permissions',
    what: 'a directory of cron is open',
    plant: 'chmod 755 /etc/cron.daily',
    says: 'Too many may read or change: /etc/cron.daily is 755 root:root, at most 700 root:root.',
  },
  {
    check: 'linux.files.home_permissions',
    what: 'everybody may enter a home',
    plant: 'chmod 755 /home/healer',
    says: "Home directories are open or not their owner's: /home/healer is 755 healer.",
  },
  {
    check: 'linux.files.trust_files',
    what: 'an account trusts another host',
    plant: 'echo + >/home/healer/.rhosts',
    says: 'These files trust other hosts: /home/healer/.rhosts.',
  },
  {
    check: 'linux.files.trust_files',
    what: 'others may read passwords',
    plant: 'touch /root/.netrc; chmod 640 /root/.netrc',
    says: 'Others may read passwords in: /root/.netrc is 640.',
  },
  {
    check: 'linux.files.world_writable',
    what: 'everybody may write to a file and a directory',
    plant:
      'install -d -m 777 /srv/open; install -m 666 /dev/null "/srv/open/a b"; install -d -m 1777 /srv/drop',
    undo: 'rm -r /srv/open /srv/drop',
    says: 'Every account may write to 2 files and directories: /srv/open/a b; /srv/open.',
  },
  {
    check: 'linux.files.unowned',
    what: 'a file was left by an account that is gone',
    plant: 'touch /srv/left; chown 4242:4242 /srv/left',
    undo: 'rm /srv/left',
    status: 'warning',
    says: '1 files belong to nobody: /srv/left.',
  },
  {
    check: 'linux.files.suid_sgid',
    what: 'a copied shell and a changed program run as root',
    plant: 'install -m 4755 /bin/dash /usr/local/bin/x; chmod u+s /usr/bin/find',
    undo: 'rm /usr/local/bin/x; chmod u-s /usr/bin/find',
    says: /^These run with the rights of their owner, and no package brought them so: (?=.*\/usr\/local\/bin\/x \(4755\))(?=.*\/usr\/bin\/find \(4755\))/u,
  },
  {
    check: 'linux.files.suid_sgid',
    what: 'the site allows a program',
    plant: 'install -d /opt/vendor; install -m 2755 /bin/true /opt/vendor/spool',
    undo: 'rm -r /opt/vendor',
    parameters: { allowed: '/opt/other /opt/vendor/*' },
    status: 'pass',
    says: 'Only 18 known programs run with the rights of their owner.',
  },
];

/** For each reading of them at least one way in which it cannot be taken. */
export const fileUnreadable: UnreadableHost[] = [
  {
    check: 'linux.files.home_permissions',
    what: 'stat fails',
    plant: 'mount --bind /bin/false /usr/bin/stat',
  },
  {
    check: 'linux.files.cron_permissions',
    what: 'stat fails',
    plant: 'mount --bind /bin/false /usr/bin/stat',
  },
  {
    check: 'linux.files.sensitive_permissions',
    what: 'stat fails',
    plant: 'mount --bind /bin/false /usr/bin/stat',
  },
  { check: 'linux.files.world_writable', what: 'find fails', plant: 'mount --bind /bin/false /usr/bin/find' },
  { check: 'linux.files.world_writable', what: 'stat fails', plant: 'mount --bind /bin/false /usr/bin/stat' },
  { check: 'linux.files.suid_sgid', what: 'find fails', plant: 'mount --bind /bin/false /usr/bin/find' },
];
