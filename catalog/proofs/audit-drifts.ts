import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

const rules = '/etc/audit/rules.d/50-practice.rules';
const set = (key: string, value: string) =>
  `sed -i 's/^${key} =.*/${key} = ${value}/' /etc/audit/auditd.conf; grep -q '^${key} = ${value}' /etc/audit/auditd.conf`;

/** At least one drift for each check of audit and logging that a container can lose. */
export const auditDrifts: CheckDrift[] = [
  {
    check: 'linux.audit.rules_identity',
    what: 'the rules for accounts are gone',
    plant: `sed -i '/-k identity/d' ${rules}`,
    says: 'No audit rule records changes of: /etc/passwd, /etc/group, /etc/shadow, /etc/gshadow, /etc/security/opasswd.',
  },
  {
    check: 'linux.audit.rules_identity',
    what: 'a rule only records who reads',
    plant: `sed -i 's/^-w \\/etc\\/passwd -p wa/-w \\/etc\\/passwd -p r/' ${rules}`,
    says: 'No audit rule records changes of: /etc/passwd.',
  },
  {
    check: 'linux.audit.rules_identity',
    what: 'the whole of /etc is watched instead',
    plant: `sed -i '/-k identity/d' ${rules}; echo '-a always,exit -F dir=/etc/ -F perm=wa -F key=etc' >>${rules}`,
    status: 'pass',
    says: /record changes of the account files/u,
  },
  {
    check: 'linux.audit.rules_identity',
    what: 'there are no rules files',
    plant: 'rm -r /etc/audit/rules.d',
    says: /\/etc\/passwd/u,
  },
  {
    check: 'linux.audit.rules_privileged',
    what: 'a comment sign stands before the rule for sudoers',
    plant: `sed -i 's/^-w \\/etc\\/sudoers /# &/' ${rules}`,
    says: 'No audit rule records changes of: /etc/sudoers.',
  },
  {
    check: 'linux.audit.rules_time',
    what: 'programs of 32 bits may set the clock unseen',
    plant: `sed -i '/arch=b32.*time-change/d' ${rules}`,
    says: /adjtimex \(32 bit\), settimeofday \(32 bit\), clock_settime \(32 bit\)/u,
  },
  {
    check: 'linux.audit.rules_logins',
    what: 'the record of refused logins is not watched',
    plant: `sed -i '/btmp/d' ${rules}`,
    says: 'No audit rule records changes of: /var/log/btmp.',
  },
  {
    check: 'linux.audit.rules_permissions',
    what: 'the rules are narrowed to one user',
    plant: `sed -i 's/-S chmod,/-F uid=1234 &/' ${rules}`,
    says: /chmod \(64 bit\), chmod \(32 bit\), fchmod \(64 bit\)/u,
  },
  {
    check: 'linux.audit.rules_modules',
    what: 'loading modules is left out',
    plant: `sed -i '/kernel_modules/d' ${rules}`,
    says: /init_module \(64 bit\)/u,
  },
  {
    check: 'linux.audit.rules_immutable',
    what: 'the site wants the rules locked',
    plant: 'true',
    parameters: { required: true },
    status: 'warning',
    says: /no rules file ends with -e 2/u,
  },
  {
    check: 'linux.audit.rules_immutable',
    what: 'the last file locks the rules, as the site wants it',
    plant: "echo '-e 2' >/etc/audit/rules.d/99-finalize.rules",
    parameters: { required: true },
    status: 'pass',
    says: /locked/u,
  },
  {
    check: 'linux.audit.log_storage',
    what: 'full logs are rotated',
    plant: set('max_log_file_action', 'ROTATE'),
    says: 'A full audit log leads to rotate; set max_log_file_action to keep_logs.',
  },
  {
    check: 'linux.audit.log_storage',
    what: 'a log holds two megabytes',
    plant: set('max_log_file', '2'),
    says: 'One audit log file holds 2 MiB, which is below 8.',
  },
  {
    check: 'linux.audit.space_action',
    what: 'recording is suspended when the disk is full',
    plant: set('disk_full_action', 'SUSPEND'),
    says: /disk_full_action suspend/u,
  },
  {
    check: 'linux.audit.log_permissions',
    what: 'everybody may read the log, and another owns the rules',
    plant: `chmod 644 /var/log/audit/audit.log; chown healer:healer ${rules}`,
    says: /audit\.log is 644 .*50-practice\.rules is 640 healer:healer/u,
  },
  {
    check: 'linux.logging.rsyslog_file_mode',
    what: 'new logs are for everybody',
    plant: "sed -i 's/^.FileCreateMode.*/$FileCreateMode 0644/' /etc/rsyslog.conf",
    says: 'rsyslog makes its files with mode 0644; write 0640.',
  },
  {
    check: 'linux.logging.rsyslog_file_mode',
    what: 'a log is for everybody',
    plant: 'chmod 666 /var/log/auth.log',
    says: 'Too many may read: /var/log/auth.log is 666, at most 640.',
  },
  {
    check: 'linux.logging.journal_persistent',
    what: 'a drop-in file keeps the journal in memory',
    plant:
      "mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=volatile\\n' >/etc/systemd/journald.conf.d/a.conf",
    says: 'The journal is lost at a restart: Storage is volatile.',
  },
  {
    check: 'linux.logging.journal_persistent',
    what: 'the directory for it is gone',
    plant: 'rm -r /var/log/journal',
    says: 'The journal is lost at a restart: Storage is auto and there is no /var/log/journal.',
  },
  {
    check: 'linux.logging.remote_target',
    what: 'logs go elsewhere than to the site’s server',
    plant: "echo '*.* @@other.example.org:6514' >/etc/rsyslog.d/90-remote.conf",
    parameters: { target: '@@logs.example.org:6514' },
    says: 'Logs are not sent to @@logs.example.org:6514, but to @@other.example.org:6514.',
  },
  {
    check: 'linux.logging.remote_target',
    what: 'logs go to the site’s server',
    plant: "echo '*.* @@logs.example.org:6514' >/etc/rsyslog.d/90-remote.conf",
    parameters: { target: '@@logs.example.org:6514' },
    status: 'pass',
    says: 'Logs are sent to @@logs.example.org:6514.',
  },
  {
    check: 'linux.logging.rotation',
    what: 'logrotate lost its settings',
    plant: 'rm /etc/logrotate.conf',
    says: 'Nothing rotates the logs; install logrotate.',
  },
  {
    check: 'linux.logging.recent_activity',
    what: 'nothing was written for three days',
    plant:
      'for f in /var/log/*.log /var/log/syslog /var/log/journal/*/*; do if [ -f "$f" ]; then touch -d "3 days ago" "$f"; fi; done',
    says: /^Nothing was logged for 43\d\d minutes, more than 1440\.$/u,
  },
];

export const auditUnreadable: UnreadableHost[] = [
  { check: 'linux.audit.rules_identity', what: 'awk fails', plant: broken('awk') },
  { check: 'linux.audit.log_permissions', what: 'stat fails', plant: broken('stat') },
  { check: 'linux.logging.recent_activity', what: 'stat fails', plant: broken('stat') },
];
