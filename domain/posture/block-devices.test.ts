import { blockDevices } from './block-devices.ts';

const disk = ['vda 254:0 - - 0', 'vda1 254:1 vda - 0', 'vda2 254:2 vda - 0', 'vda3 254:3 vda - 0'];
const second = ['vdb 254:16 - - 0', 'vdb1 254:17 vdb - 0'];
const luks = (name: string, beneath: string, form = 'LUKS2') =>
  `${name} 253:${name.slice(3)} ${beneath} CRYPT-${form}-0123-crypt 0`;
const root = '253:0 ext4 rw / dm-0';
const inMemory = ['0:21 tmpfs rw /run -', '0:22 proc rw /proc -', '0:23 cgroup2 rw /sys/fs/cgroup -'];

interface Host {
  device?: string[];
  mount: string[];
  swap?: string[];
}
const read = ({ device = [], mount, swap = [] }: Host, exempt = '') =>
  blockDevices({ device, mount, swap }, { exempt });

test('an encrypted root with its start files on a plain partition is encrypted', () => {
  const host = {
    device: [...disk, luks('dm-0', 'vda3')],
    mount: [root, '254:1 vfat rw /boot/efi vda1', '254:2 ext4 rw /boot vda2', ...inMemory],
  };
  expect(read(host)).toEqual({
    judged: 3,
    plain_mounts: [],
    encrypted_mounts: ['/ (ext4 on dm-0)'],
    exempt_mounts: ['/boot/efi (vfat on vda1)', '/boot (ext4 on vda2)'],
    unjudged_mounts: [],
    plain_swap: [],
    encrypted_swap: [],
  });
});

test('encryption anywhere beneath counts, through volumes, RAID and files behind loop devices', () => {
  const volumes = ['dm-1 253:1 dm-0 LVM-abc 0', 'dm-2 253:2 dm-1 LVM-def 0', 'loop0 7:0 - - 0 /data/image'];
  const host = {
    device: [...disk, luks('dm-0', 'vda3'), ...volumes],
    mount: ['253:1 ext4 rw / dm-1', '253:2 ext4 rw /data dm-2', '7:0 xfs rw /mnt loop0'],
  };
  expect(read(host)).toMatchObject({
    encrypted_mounts: ['/ (ext4 on dm-1)', '/data (ext4 on dm-2)', '/mnt (xfs on loop0)'],
    plain_mounts: [],
  });
});

test('a volume over two disks is plain where one of them is', () => {
  const device = [...disk, ...second, luks('dm-0', 'vda3'), 'dm-1 253:1 dm-0,vdb1 LVM-abc 0'];
  const mount = ['253:1 xfs rw /srv dm-1'];
  expect(read({ device, mount })).toMatchObject({ plain_mounts: ['/srv (xfs on dm-1)'] });
  expect(read({ device: [...device, luks('dm-2', 'vdb1')], mount })).toMatchObject({
    plain_mounts: ['/srv (xfs on dm-1)'],
  });
});

test('dm-verity and dm-integrity are no encryption, whatever they are called', () => {
  for (const form of ['VERITY', 'INTEGRITY', 'SUBDEV']) {
    const host = { device: [...disk, luks('dm-0', 'vda3', form)], mount: [root] };
    expect(read(host)).toMatchObject({ plain_mounts: ['/ (ext4 on dm-0)'] });
  }
});

test('each file system counts once, however often it is mounted', () => {
  const mount = ['254:3 ext4 rw / vda3', '254:3 ext4 rw /var/lib/x vda3', '254:3 ext4 ro /snapshot vda3'];
  expect(read({ device: disk, mount })).toMatchObject({ judged: 1, plain_mounts: ['/ (ext4 on vda3)'] });
});

test('btrfs over several devices needs each of them encrypted', () => {
  const device = [...disk, ...second, luks('dm-0', 'vda3')];
  const mount = ['0:30 btrfs rw / dm-0,vdb1'];
  expect(read({ device, mount })).toMatchObject({ plain_mounts: ['/ (btrfs on dm-0+vdb1)'] });
  const both = { device: [...device, luks('dm-1', 'vdb1')], mount: ['0:30 btrfs rw / dm-0,dm-1'] };
  expect(read(both)).toMatchObject({ encrypted_mounts: ['/ (btrfs on dm-0+dm-1)'] });
});

test('read-only media and what the site exempts need no encryption', () => {
  const host = {
    device: [...disk, 'sr0 11:0 - - 1', 'sdc 8:32 - - 1', 'loop1 7:1 - - 0 /snap/core.snap'],
    mount: [
      '11:0 iso9660 ro /media/cd sr0',
      '8:32 vfat ro /media/stick sdc',
      '254:3 ext4 rw /scratch vda3',
    ].concat('7:1 squashfs ro /snap/core loop1'),
  };
  expect(read(host, '/x /scratch')).toMatchObject({
    exempt_mounts: [
      '/media/cd (iso9660 on sr0)',
      '/media/stick (vfat on sdc)',
      '/scratch (ext4 on vda3)',
      '/snap/core (squashfs on loop1)',
    ],
    plain_mounts: [],
  });
});

test('a stick that may be written to is judged', () => {
  const host = { device: ['sdc 8:32 - - 1'], mount: ['8:32 vfat rw /media/my\\040stick sdc'] };
  expect(read(host)).toMatchObject({ plain_mounts: ['/media/my stick (vfat on sdc)'] });
});

test('a container and a file system with its own encryption are not judged', () => {
  const host = {
    device: disk,
    mount: [
      '0:40 overlay rw / -',
      '0:41 zfs rw /tank -',
      '0:42 nfs4 rw /share -',
      '254:3 ext4 ro /run/host/os-release vda3',
    ],
  };
  expect(read(host)).toMatchObject({
    judged: 2,
    unjudged_mounts: ['/ (an overlay, as in a container)', '/tank (zfs)'],
    encrypted_mounts: [],
  });
  expect(read(host, '/ /tank')).toMatchObject({
    unjudged_mounts: [],
    exempt_mounts: expect.any(Array) as [],
  });
});

test('swap on a partition, on a mapper device, in a file and in memory are told apart', () => {
  const device = [...disk, luks('dm-0', 'vda3'), luks('dm-1', 'vda2', 'PLAIN'), 'zram0 252:0 - - 0'];
  const swap = ['/dev/vda1 vda1', '/dev/mapper/swap dm-1', '/var/swap -', '/dev/zram0 zram0'];
  expect(read({ device, mount: [root], swap })).toMatchObject({
    plain_swap: ['/dev/vda1'],
    encrypted_swap: ['/dev/mapper/swap', '/var/swap'],
  });
});

test.each<[string, Host]>([
  ['no mounts', { device: disk, mount: [] }],
  ['a mount in another form', { device: disk, mount: ['254:3 ext4 / vda3'] }],
  ['a device in another form', { device: ['vda'], mount: ['254:3 ext4 rw / vda3'] }],
  ['a mount of a device that is not there', { device: disk, mount: ['8:1 ext4 rw / sda1'] }],
  ['a number that no device has', { device: disk, mount: ['8:1 ext4 rw / -'] }],
  ['a device made of one that is not there', { device: ['dm-0 253:0 sda1 LVM-x 0'], mount: [root] }],
  [
    'devices made of each other',
    { device: ['dm-0 253:0 dm-1 LVM-x 0', 'dm-1 253:1 dm-0 LVM-y 0'], mount: [root] },
  ],
  [
    'swap on a device that is not there',
    { device: disk, mount: ['254:3 ext4 rw / vda3'], swap: ['/dev/sdz sdz'] },
  ],
  ['only what lives in memory', { device: disk, mount: inMemory }],
])('%s gives an error alone, so that nothing is judged', (_case, host) => {
  expect(read(host)).toEqual({ analysis_error: expect.any(String) as string });
});
