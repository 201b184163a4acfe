import type { CheckDrift, UnreadableHost } from './check-drift.ts';

const account = (name: string, hash = '$6$salt$0123456789abcdef', changed = 20_000, most = 365) =>
  `echo '${name}:x:1500:1000::/home/${name}:/bin/bash' >>/etc/passwd
  echo '${name}:${hash}:${changed}:0:${most}:7:::' >>/etc/shadow`;
const yesterday = Math.floor(Date.now() / 86_400_000) - 1;

/** At least one drift for each check of accounts, and what the check says to it. */
export const accountDrifts: CheckDrift[] = [
  {
    check: 'linux.accounts.extra_uid0',
    what: 'a second account has uid 0',
    plant: "echo 'toor:x:00:0::/root:/bin/sh' >>/etc/passwd",
    says: 'Accounts other than root have uid 0: toor.',
  },
  {
    check: 'linux.accounts.empty_passwords',
    what: 'two accounts need no password',
    plant: `${account('nurse', '')}; echo 'door::1600:1000::/:/bin/sh' >>/etc/passwd`,
    says: 'These accounts need no password: nurse, door.',
  },
  {
    check: 'linux.accounts.shadowed_passwords',
    what: 'a password is where everybody reads it',
    plant: "echo 'old:aaKNIEDOaueR6:1500:1000::/:/bin/sh' >>/etc/passwd",
    says: 'These accounts have a password in /etc/passwd, which everybody may read: old.',
  },
  {
    check: 'linux.accounts.shadowed_passwords',
    what: 'an account is not in the shadow file',
    plant: "echo 'lost:x:1500:1000::/:/bin/sh' >>/etc/passwd",
    says: 'These accounts are not in /etc/shadow: lost.',
  },
  {
    check: 'linux.accounts.password_max_days',
    what: 'an account keeps its password for ever',
    plant: `echo 'nurse:x:1500:1000::/home/nurse:/bin/bash' >>/etc/passwd
      echo 'nurse:$6$salt$0123456789abcdef:20000::::::' >>/etc/shadow`,
    says: 'nurse may keep its password for 99999 days, more than 365.',
  },
  {
    check: 'linux.accounts.password_max_days',
    what: 'new accounts may keep theirs for ever',
    plant: "sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS -1/' /etc/login.defs",
    says: 'New accounts may keep a password for 99999 days, more than 365.',
  },
  {
    check: 'linux.accounts.password_max_days',
    what: 'a password was changed in the future',
    plant: account('nurse', undefined, yesterday + 400),
    status: 'warning',
    says: 'These passwords were changed in the future, so that they do not age: nurse.',
  },
  {
    check: 'linux.accounts.password_quality',
    what: 'PAM asks for less than the module',
    plant: "sed -i 's/pam_pwquality.so/& minlen=8/' /etc/pam.d/common-password",
    says: 'New passwords may have 8 characters, fewer than 14.',
  },
  {
    check: 'linux.accounts.password_quality',
    what: 'nothing judges new passwords',
    plant: "sed -i '/pam_pwquality/d' /etc/pam.d/common-password",
    says: 'Nothing judges new passwords: PAM does not use pam_pwquality.',
  },
  {
    check: 'linux.accounts.password_quality',
    what: 'what is judged is taken all the same',
    plant: 'echo enforcing=0 >>/etc/security/pwquality.conf',
    says: 'New passwords are judged, and taken all the same: pwquality does not enforce.',
  },
  {
    check: 'linux.accounts.password_hashing',
    what: 'an account has a hash of old times',
    plant: account('nurse', '$1$salt$0123456789abcdef'),
    says: 'The passwords of these accounts are kept by an old method and must be set anew: nurse.',
  },
  {
    check: 'linux.accounts.password_hashing',
    what: 'new passwords are hashed by MD5',
    plant: "sed -i 's/^ENCRYPT_METHOD.*/ENCRYPT_METHOD MD5/' /etc/login.defs",
    says: 'New passwords are hashed by MD5 instead of yescrypt or SHA512.',
  },
  {
    check: 'linux.accounts.inactive_accounts',
    what: 'an account was not used for years',
    plant: account('former', undefined, 18_000),
    status: 'warning',
    says: 'Nobody has logged in for 90 days by these accounts: former.',
  },
  {
    check: 'linux.accounts.inactive_accounts',
    what: 'an account was made yesterday',
    plant: account('fresh', undefined, yesterday),
    status: 'pass',
    says: 'Every account of a person was used within 90 days.',
  },
  {
    check: 'linux.accounts.duplicates',
    what: 'two accounts share a uid, two groups a gid',
    plant: `echo 'twin:x:1000:1000::/home/twin:/usr/sbin/nologin' >>/etc/passwd
      echo 'twins:x:1000:' >>/etc/group`,
    says: 'These are there twice: gid 1000 of healer and twins, uid 1000 of healer and twin.',
  },
  {
    check: 'linux.accounts.duplicates',
    what: 'an account has a group that is not there',
    plant: "echo 'lone:x:1500:4242::/home/lone:/usr/sbin/nologin' >>/etc/passwd",
    status: 'warning',
    says: 'Groups that are not there: gid 4242 of lone.',
  },
  {
    check: 'linux.accounts.system_logins',
    what: 'the account of a service has a shell',
    plant: "sed -i 's|^\\(www-data:.*\\):[^:]*$|\\1:/bin/bash|' /etc/passwd",
    says: 'These accounts of the system have a shell: www-data (uid 33, /bin/bash).',
  },
  {
    check: 'linux.accounts.root_path',
    what: 'root looks for commands in its own place and in an open one',
    plant: `install -d -m 777 /root/tools
      echo 'export PATH="/root/tools:$PATH:."' >>/root/.profile`,
    says: 'Root looks for commands where others may put some: /root/tools may be written by others: 777, . is no absolute path.',
  },
  {
    check: 'linux.accounts.sudo_passwords',
    what: 'a group needs no password, over two lines',
    plant: "printf '%%staff ALL=(ALL) \\\\\\n  NOPASSWD: ALL\\n' >/etc/sudoers.d/staff",
    says: 'Sudo asks these for no password: %staff in /etc/sudoers.d/staff.',
  },
  {
    check: 'linux.accounts.sudo_passwords',
    what: 'nobody needs a password',
    plant: "echo 'Defaults !authenticate' >>/etc/sudoers",
    says: 'Sudo asks these for no password: Defaults in /etc/sudoers.',
  },
  {
    check: 'linux.accounts.sudoers_valid',
    what: 'a file of rules is broken',
    plant: "echo 'healer ALL=' >/etc/sudoers.d/broken",
    says: /^Sudo does not accept its own rules: .*broken.*\.$/u,
  },
  {
    check: 'linux.accounts.default_umask',
    what: 'new files are open to all',
    plant: "sed -i 's/^UMASK.*/UMASK 022/' /etc/login.defs",
    status: 'warning',
    says: 'New files are open to others: UMASK of login.defs is 022, not 027.',
  },
  {
    check: 'linux.accounts.default_umask',
    what: 'a shell leaves new files open to all',
    plant: "printf 'if true; then\\n  umask 0022\\nfi\\n' >/etc/profile.d/site.sh",
    status: 'warning',
    says: 'Shells leave new files open to others: /etc/profile.d/site.sh:2 0022.',
  },
  {
    check: 'linux.accounts.su_restricted',
    what: 'everybody may use su',
    plant: "sed -i '/pam_wheel/d' /etc/pam.d/su",
    status: 'warning',
    says: 'Everybody may use su: /etc/pam.d/su does not require pam_wheel.',
  },
];

/** For each reading of them at least one way in which it cannot be taken. */
export const accountUnreadable: UnreadableHost[] = [
  { check: 'linux.accounts.extra_uid0', what: 'there is no shadow file', plant: 'rm /etc/shadow' },
  { check: 'linux.accounts.inactive_accounts', what: 'there is no shadow file', plant: 'rm /etc/shadow' },
  {
    check: 'linux.accounts.password_quality',
    what: 'PAM has no such files',
    plant: 'rm /etc/pam.d/common-password',
  },
];
