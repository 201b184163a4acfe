import type { CheckDrift, UnreadableHost } from './check-drift.ts';

/** Has the kernel's list of block devices be one mapper device of this uuid, made of a device that is named `header`. */
const mapper = (
  uuid: string,
) => `cd /run/layers; mkdir -p upper/dev work/dev class/dm-1/dm class/dm-1/slaves/header
  mount -t overlay overlay -o lowerdir=/dev,upperdir=/run/layers/upper/dev,workdir=/run/layers/work/dev /dev
  echo ${uuid} >class/dm-1/dm/uuid; echo data >class/dm-1/dm/name
  mount --bind /run/layers/class /sys/class/block; truncate -s 20M /dev/header`;
/** A real header of LUKS on that device; a container may make no mapper device of it. */
const luks = (form: 1 | 2, options: string) => `${mapper(`CRYPT-LUKS${form}-0123-data`)}
  echo drill | cryptsetup luksFormat -q --type luks${form} ${options} --pbkdf-force-iterations 1000 /dev/header -`;
const check = 'linux.encryption.luks_parameters';

/** Drifts of LUKS headers; what is open on a real kernel is proved in `system-kernel.real.test.ts`. */
export const encryptionDrifts: CheckDrift[] = [
  {
    check,
    what: 'a device has an old header, cipher and key',
    plant: luks(1, '--cipher aes-cbc-essiv:sha256 --key-size 128'),
    says: 'Encrypted, but not well enough: data is LUKS1, data uses aes-cbc-essiv:sha256, data has a key of 128 bits.',
  },
  {
    check,
    what: 'a device has an old header, which the site allows',
    plant: luks(1, '--cipher aes-xts-plain64 --key-size 512'),
    parameters: { allow_luks1: true },
    status: 'pass',
    says: '1 LUKS devices use sound parameters.',
  },
  {
    check,
    what: 'a device has a short key in a new header',
    plant: luks(2, '--pbkdf pbkdf2 --cipher aes-cbc-plain64 --key-size 128'),
    says: 'Encrypted, but not well enough: data uses aes-cbc-plain64, data has a key of 128 bits.',
  },
  {
    check,
    what: 'a device is LUKS2 as cryptsetup makes it',
    plant: luks(2, '--pbkdf pbkdf2'),
    status: 'pass',
    says: '1 LUKS devices use sound parameters.',
  },
  {
    check,
    what: 'a plain mapping holds something else than swap',
    plant: mapper('CRYPT-PLAIN-data'),
    says: 'Encrypted, but not well enough: data is a plain mapping without a header.',
  },
];

export const encryptionUnreadable: UnreadableHost[] = [
  { check, what: 'the header is gone', plant: mapper('CRYPT-LUKS2-0123-data') },
];
