/** A drift that a later act of the demo plants, by an ordinary shell command on the host. */
export interface Drift {
  check: string;
  /** What an administrator, an installer or an intruder did. */
  what: string;
  script: string;
}

/** The drift that is planted again and again, and at the site in dry run. */
export const returningDrift: Drift = {
  check: 'linux.ssh.root_login',
  what: 'somebody allowed root to log in over SSH',
  script: `sed -i 's/^PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config.d/*.conf && systemctl reload ssh`,
};

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
};

/** Takes back what the slow drift added to the host. */
export const undoSlowDrift = `rm -rf ${dropIn} ${startsFile}; systemctl daemon-reload`;
