import type { Tier } from '../../contracts/story.ts';

/** A drift, planted by an ordinary shell command on the host. */
export interface Drift {
  check: string;
  /** What an administrator, an installer or an intruder did. */
  what: string;
  script: string;
  /** The tier that must settle it. */
  tier: Tier;
}

const rootLogin: Drift = {
  check: 'linux.ssh.root_login',
  what: 'somebody allowed root to log in over SSH',
  script: `sed -i 's/^PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config.d/*.conf && systemctl reload ssh`,
  tier: 'L1',
};

/** The drift that is planted again and again, and at the site in dry run. */
export const returningDrift = rootLogin;

/** The six drifts of the story, by the host they are planted on. */
export const driftsByHost: readonly (readonly Drift[])[] = [
  [
    rootLogin,
    {
      check: 'linux.firewall.default_deny',
      what: 'the firewall was flushed',
      script: 'nft flush ruleset',
      tier: 'L1',
    },
    {
      check: 'linux.audit.auditd_running',
      what: 'the audit daemon was stopped',
      script: 'systemctl stop auditd || service auditd stop',
      tier: 'L1',
    },
    {
      check: 'linux.files.sensitive_permissions',
      what: 'a backup of the password file became world-writable',
      script: 'touch /etc/passwd- && chmod 666 /etc/passwd-',
      tier: 'L1',
    },
  ],
  [
    {
      check: 'linux.services.rsyslog_running',
      what: 'the system log was stopped',
      script: 'systemctl stop syslog.socket rsyslog.service',
      tier: 'L2',
    },
    {
      check: 'linux.accounts.extra_uid0',
      what: 'a second account with uid 0 appeared',
      script: `echo 'toor:x:0:0::/nonexistent:/bin/sh' >> /etc/passwd`,
      tier: 'L3',
    },
  ],
];

/** Where the slow drift counts, on the host and beside Malachor, how often its daemon was started. */
export const startsFile = '/run/malachor-demo-starts';
const dropIn = '/run/systemd/system/chrony.service.d';

/** A daemon that takes its time to start, so that there is a middle of the remediation to be killed in. */
export const slowDrift: Drift = {
  check: 'linux.time.sync',
  what: 'the time daemon was stopped, and starts slowly',
  script: `mkdir -p ${dropIn}
printf '[Service]\\nExecStartPre=+/bin/sh -c "echo start >> ${startsFile}; sleep 5"\\n' > ${dropIn}/demo.conf
systemctl daemon-reload
systemctl stop chrony
rm -f ${startsFile}`,
  tier: 'L1',
};

/** Takes back what the slow drift added to the host. */
export const undoSlowDrift = `rm -rf ${dropIn} ${startsFile}; systemctl daemon-reload`;
