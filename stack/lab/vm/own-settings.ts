import { randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';
import type { LabInstance } from '../instance.ts';
import { chronySettings } from '../machine.ts';
import { hostAddress, labNetwork } from '../network.ts';

export interface HostKey {
  /** OpenSSH's form. */
  privateKey: string;
  /** One line. */
  publicKey: string;
}

/** An Ed25519 key for a host, made out here: so it is known without trusting the network, and no saved randomness is in it. */
export function newHostKey(id: string): HostKey {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: `root@${id}` });
  return { privateKey: pair.private, publicKey: pair.public };
}

export interface OwnSettings {
  id: string;
  host: number;
  key: HostKey;
  macAddress: string;
  instance: LabInstance;
}

/**
 * What makes a resumed machine a host of its own. The clock comes first: all else would be dated when the machine was saved.
 * The private key goes in by standard input, which no process list shows.
 */
export function ownSettings({ id, host, key, macAddress, instance }: OwnSettings): {
  script: string;
  input: string;
} {
  const address = hostAddress(labNetwork(instance.network), host);
  const files: [path: string, mode: string, content: string][] = [
    ['/etc/ssh/ssh_host_ed25519_key', '600', key.privateKey],
    ['/etc/ssh/ssh_host_ed25519_key.pub', '644', `${key.publicKey}\n`],
    ['/home/healer/.ssh/authorized_keys', '600', `${instance.publicKey}\n`],
    ['/etc/chrony/chrony.conf', '644', chronySettings(instance)],
    ['/etc/hostname', '644', `${id}\n`],
    ['/etc/hosts', '644', `127.0.0.1 localhost\n127.0.1.1 ${id}\n`],
    ['/etc/machine-id', '444', `${randomBytes(16).toString('hex')}\n`],
    ['/etc/malachor-lab/address', '644', `${address}/24\n`],
  ];
  const input = JSON.stringify({
    files,
    now: Date.now() / 1_000,
    randomness: randomBytes(64).toString('hex'),
  });
  const script = `set -e
python3 -I /usr/local/lib/malachor-lab/become-host.py
chown healer: /home/healer/.ssh/authorized_keys
hostname ${id}
ip link set eth0 address ${macAddress}
systemctl restart systemd-journald
# Starting, Debian's journal turns the kernel's auditing off; at a boot auditd comes later.
auditctl -e 1 > /dev/null
begin() { systemctl start lab-network ssh chrony timers.target; }
# Just resumed, sshd has failed its first start once in some hundred times; what it says then is in the log.
begin || { sshd -t && systemctl reset-failed && begin; }
chronyc -n waitsync 300 0 0 0.1 > /dev/null`;
  return { script, input };
}
