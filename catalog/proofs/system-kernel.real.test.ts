import { proofHost } from '../../test/setup/proof-host.ts';
import type { CheckDrift } from './check-drift.ts';

/** What only a host with a kernel of its own shows: audit rules in force, encryption, programs ended for want of memory. */
jest.setTimeout(900_000);
const proof = proofHost({ kernel: 'own' });

const luks = (options: string) => `truncate -s 40M /var/device
  echo drill | cryptsetup luksFormat -q ${options} --pbkdf-force-iterations 1000 /var/device -
  echo drill | cryptsetup open --key-file - /var/device device`;
const closed = 'cryptsetup close device; rm /var/device';
const luks2 = '--type luks2 --pbkdf pbkdf2';
const mounted = 'mkfs.ext4 -q /dev/mapper/device; mount /dev/mapper/device /mnt';

const cases: CheckDrift[] = [
  {
    check: 'linux.audit.rules_loaded',
    what: 'a fresh host',
    plant: 'true',
    undo: 'true',
    status: 'pass',
    says: /^The kernel has \d+ audit rules and records what the files ask for\.$/u,
  },
  {
    check: 'linux.audit.rules_loaded',
    what: 'somebody deleted the rules in the kernel',
    plant: 'auditctl -D',
    undo: 'augenrules --load',
    says: /^Rules are in the files and not in the kernel: \/etc\/passwd/u,
  },
  {
    check: 'linux.audit.rules_loaded',
    what: 'a rule keeps the kernel from recording',
    plant: 'auditctl -a never,task',
    undo: 'augenrules --load',
    says: /^A rule keeps the kernel from recording: -a never,task/u,
  },
  {
    check: 'linux.audit.rules_loaded',
    what: 'recording is off',
    plant: 'auditctl -e 0',
    undo: 'auditctl -e 1',
    says: "The kernel's audit system is switched off.",
  },
  {
    check: 'linux.encryption.at_rest',
    what: 'the root file system is plain',
    plant: 'true',
    undo: 'true',
    says: 'These file systems are not encrypted: / (ext4 on vda).',
  },
  {
    check: 'linux.encryption.at_rest',
    what: 'it is exempt, and data lies on LUKS',
    plant: `${luks(luks2)}; ${mounted}`,
    undo: `umount /mnt; ${closed}`,
    parameters: { exempt: '/' },
    status: 'pass',
    says: /^Every file system with data is encrypted: \/mnt \(ext4 on dm-0\)\.$/u,
  },
  {
    check: 'linux.encryption.at_rest',
    what: 'it is exempt, and data lies in a file on it',
    plant: 'truncate -s 40M /var/image; mkfs.ext4 -q /var/image; mount -o loop /var/image /mnt',
    undo: 'umount /mnt; rm /var/image',
    parameters: { exempt: '/' },
    says: /^These file systems are not encrypted: \/mnt \(ext4 on loop\d+\)\.$/u,
  },
  {
    check: 'linux.encryption.swap',
    what: 'there is no swap',
    plant: 'true',
    undo: 'true',
    status: 'pass',
    says: 'The host swaps to no disk.',
  },
  {
    check: 'linux.encryption.swap',
    what: 'there is a swap file on a plain disk',
    plant:
      'dd if=/dev/zero of=/swapfile bs=1M count=16 status=none; chmod 600 /swapfile; mkswap -q /swapfile; swapon /swapfile',
    undo: 'swapoff /swapfile; rm /swapfile',
    says: 'This swap is not encrypted: /swapfile.',
  },
  {
    check: 'linux.encryption.swap',
    what: 'swap lies on LUKS',
    plant: `${luks(luks2)}; mkswap -q /dev/mapper/device; swapon /dev/mapper/device`,
    undo: `swapoff /dev/mapper/device; ${closed}`,
    status: 'pass',
    says: /^Swap is encrypted: \/dev\/dm-0\.$/u,
  },
  {
    check: 'linux.encryption.luks_parameters',
    what: 'a device is LUKS2 with sound parameters',
    plant: luks(luks2),
    undo: closed,
    status: 'pass',
    says: '1 LUKS devices use sound parameters.',
  },
  {
    check: 'linux.encryption.luks_parameters',
    what: 'a device is LUKS1 with a cipher and key of former times',
    plant: luks('--type luks1 --cipher aes-cbc-essiv:sha256 --key-size 128'),
    undo: closed,
    says: 'Encrypted, but not well enough: device is LUKS1, device uses aes-cbc-essiv:sha256, device has a key of 128 bits.',
  },
  {
    check: 'linux.encryption.luks_parameters',
    what: 'a device is LUKS1, which the site allows',
    plant: luks('--type luks1 --cipher aes-xts-plain64 --key-size 512'),
    undo: closed,
    parameters: { allow_luks1: true },
    status: 'pass',
    says: '1 LUKS devices use sound parameters.',
  },
  {
    check: 'linux.integrity.secure_boot',
    what: 'the machine does not start by UEFI',
    plant: 'true',
    undo: 'true',
    status: 'pass',
    says: 'The host does not start by UEFI, so Secure Boot does not apply.',
  },
  {
    check: 'linux.memory.oom_kills',
    what: 'no program was killed',
    plant: 'true',
    undo: 'true',
    status: 'pass',
    says: 'No program was killed for want of memory.',
  },
  {
    check: 'linux.memory.oom_kills',
    what: 'a program took more memory than it may',
    plant: 'systemd-run -q --wait -p MemoryMax=16M -p MemorySwapMax=0 tail /dev/zero || true',
    undo: 'systemctl reset-failed',
    status: 'warning',
    says: /^Memory gave out, and the kernel killed tail/u,
  },
];

test.each(cases)('$check: $what', async (drift) => {
  const { status, message } = await proof.judgeDrift(drift);
  const says: unknown = typeof drift.says === 'string' ? drift.says : expect.stringMatching(drift.says);
  expect({ status, message }).toEqual({ status: drift.status ?? 'fail', message: says });
});
