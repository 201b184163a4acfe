import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

/** A file system of its own at /srv, with a file of so many megabytes in it. */
const disk = (options: string) => `mkdir -p /run/layers/small
  mount -t tmpfs -o ${options} small /run/layers/small
  mkdir /run/layers/small/upper /run/layers/small/work
  umount /srv
  mount -t overlay overlay -o lowerdir=/srv,upperdir=/run/layers/small/upper,workdir=/run/layers/small/work /srv`;
const filled = (megabytes: number) => `${disk('size=100m')}
  dd if=/dev/zero of=/srv/file bs=1M count=${megabytes}`;
const memory = (available: number, swapFree: number) => `
  printf 'MemTotal: 1000 kB\\nMemAvailable: ${available} kB\\nSwapTotal: 100 kB\\nSwapFree: ${swapFree} kB\\n' >/run/layers/memory
  mount --bind /run/layers/memory /proc/meminfo`;

/** Drifts of disks and memory, on the host and on the appliance. */
export const resourceDrifts: CheckDrift[] = [
  ...['linux.disk.space', 'appliance.disk'].flatMap((check): CheckDrift[] => [
    { check, what: 'a disk is almost full', plant: filled(97), says: /^A disk is almost full: \/srv 97%/u },
    {
      check,
      what: 'a disk is filling up',
      plant: filled(88),
      status: 'warning',
      says: /^A disk is filling up: \/srv 88%/u,
    },
  ]),
  {
    check: 'linux.disk.inodes',
    what: 'many small files used up the inodes',
    plant: `${disk('size=100m,nr_inodes=100')}\nfor i in $(seq 94); do echo >/srv/$i; done`,
    says: /^Inodes are almost used up: \/srv 9\d%/u,
  },
  {
    check: 'linux.memory.pressure',
    what: 'almost no memory is left',
    plant: memory(30, 50),
    says: 'Only 3 percent of the memory is available.',
  },
  {
    check: 'linux.memory.pressure',
    what: 'swap is full and memory is short',
    plant: memory(150, 5),
    status: 'warning',
    says: 'Swap is 95 percent full and 15 percent of the memory is available.',
  },
  {
    check: 'appliance.memory',
    what: 'almost no memory is left',
    plant: memory(90, 50),
    says: 'Only 9 percent of the memory is available.',
  },
];

export const resourceUnreadable: UnreadableHost[] = [
  { check: 'linux.disk.space', what: 'df fails', plant: broken('df') },
];
