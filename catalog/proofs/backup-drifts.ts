import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

const password = "printf 'lantern orchid\\n' >/etc/backup-password; chmod 600 /etc/backup-password";
const restic = 'restic -q --no-cache -r /srv/restic -p /etc/backup-password';
const restics = (age: string) => `${password}; ${restic} init
  ${restic} backup --time "$(date -d '${age}' '+%Y-%m-%d %H:%M:%S')" /etc/hostname`;
const borg = (age: string) => `${password}
  export BORG_BASE_DIR=/root/borg BORG_PASSCOMMAND='cat /etc/backup-password'
  borg init -e repokey /srv/borg
  borg create --timestamp "$(date -u -d '${age}' +%Y-%m-%dT%H:%M:%S)" /srv/borg::one /etc/hostname
  unset BORG_BASE_DIR BORG_PASSCOMMAND`;
const record = '/var/lib/backup/record';
const recorded = (words: string) => `mkdir -p /var/lib/backup; echo "${words}" >${record}`;

const records = ['linux.backup.restore_test', 'linux.backup.check_record'].flatMap((check): CheckDrift[] => [
  {
    check,
    what: 'there is no record',
    plant: 'true',
    parameters: { record },
    says: /^There is no record of a .* at \/var\/lib\/backup\/record\.$/u,
  },
  {
    check,
    what: 'it failed',
    plant: recorded('$(date +%s) failed one file differs'),
    parameters: { record },
    says: /failed 0 days ago: one file differs\.$/u,
  },
  {
    check,
    what: 'it is too long ago',
    plant: recorded("$(date -d '100 days ago' +%s) ok 3 files"),
    parameters: { record },
    says: /was 100 days ago, more than \d+\.$/u,
  },
  {
    check,
    what: 'everybody could have written the record',
    plant: `${recorded('$(date +%s) ok 3 files')}; chmod 666 ${record}`,
    parameters: { record },
    says: /proves nothing/u,
  },
  {
    check,
    what: 'the record says nothing that can be understood',
    plant: recorded('yes'),
    parameters: { record },
    status: 'unknown',
    says: /fits none of the cases/u,
  },
  {
    check,
    what: 'it succeeded today',
    plant: recorded('$(date +%s) ok 3 files'),
    parameters: { record },
    status: 'pass',
    says: /succeeded 0 days ago: 3 files\.$/u,
  },
]);

/** Drifts of backups, with real repositories. */
export const backupDrifts: CheckDrift[] = [
  ...records,
  {
    check: 'linux.backup.restic',
    what: 'the newest snapshot is three days old',
    plant: restics('72 hours ago'),
    parameters: { repository: '/srv/restic' },
    says: 'The newest snapshot is 72 hours old, more than 26.',
  },
  {
    check: 'linux.backup.restic',
    what: 'there is a snapshot of today among older ones',
    plant: `${restics('now')}; ${restic} backup --time '2020-01-01 00:00:00' /etc/hostname`,
    parameters: { repository: '/srv/restic' },
    status: 'pass',
    says: 'The newest snapshot is 0 hours old.',
  },
  {
    check: 'linux.backup.restic',
    what: 'the repository is empty',
    plant: `${password}; ${restic} init`,
    parameters: { repository: '/srv/restic' },
    says: 'The repository has no snapshot.',
  },
  {
    check: 'linux.backup.restic',
    what: 'others may read the password',
    plant: `${restics('now')}; chmod 644 /etc/backup-password`,
    parameters: { repository: '/srv/restic' },
    says: 'Others than root may read /etc/backup-password.',
  },
  {
    check: 'linux.backup.borg',
    what: 'the newest archive is three days old',
    plant: borg('72 hours ago'),
    parameters: { repository: '/srv/borg' },
    says: 'The newest archive is 72 hours old, more than 26.',
  },
  {
    check: 'linux.backup.borg',
    what: 'there is an archive of today',
    plant: borg('now'),
    parameters: { repository: '/srv/borg' },
    status: 'pass',
    says: 'The newest archive is 0 hours old.',
  },
  {
    check: 'linux.backup.borg',
    what: 'the repository is empty',
    plant: `${borg('now')}; BORG_BASE_DIR=/root/borg BORG_PASSCOMMAND='cat /etc/backup-password' borg delete /srv/borg::one`,
    parameters: { repository: '/srv/borg' },
    says: 'The repository has no archive.',
  },
  {
    check: 'linux.backup.stamp_files',
    what: 'one mark is late and one is missing',
    plant: "touch -d '30 hours ago' /var/backups/db.done",
    parameters: { stamps: '/var/backups/db.done:26 /var/backups/files.done:26' },
    says: /db\.done is 30 hours old, more than 26, \/var\/backups\/files\.done is not there/u,
  },
  {
    check: 'linux.backup.stamp_files',
    what: 'marks came in time',
    plant: "touch -d '20 hours ago' /var/backups/db.done",
    parameters: { stamps: '/var/backups/db.done:26' },
    status: 'pass',
    says: 'All 1 backup jobs left their marks in time.',
  },
  {
    check: 'linux.backup.scheduled',
    what: 'the job is gone, and what is left is a comment',
    plant: "echo '# 1 2 * * * root restic backup' >/etc/cron.d/backup",
    says: 'Nothing on the host starts a backup.',
  },
];

export const backupUnreadable: (UnreadableHost & Pick<CheckDrift, 'parameters'>)[] = [
  {
    check: 'linux.backup.restic',
    what: 'the password is wrong',
    plant: `${restics('now')}; echo other >/etc/backup-password`,
    parameters: { repository: '/srv/restic' },
  },
  {
    check: 'linux.backup.borg',
    what: 'the passphrase is wrong',
    plant: `${borg('now')}; echo other >/etc/backup-password`,
    parameters: { repository: '/srv/borg' },
  },
  {
    check: 'linux.backup.stamp_files',
    what: 'stat fails',
    plant: `touch /var/backups/a; ${broken('stat')}`,
    parameters: { stamps: '/var/backups/a:1' },
  },
  { check: 'linux.backup.scheduled', what: 'systemctl fails', plant: broken('systemctl') },
  {
    check: 'linux.backup.restore_test',
    what: 'stat fails',
    plant: `${recorded('1 ok')}; ${broken('stat')}`,
    parameters: { record },
  },
  {
    check: 'linux.backup.check_record',
    what: 'stat fails',
    plant: `${recorded('1 ok')}; ${broken('stat')}`,
    parameters: { record },
  },
];
