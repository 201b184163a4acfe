import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import {
  type BlockDevice,
  devicesNumbered,
  readDevices,
  readMounts,
  readSwaps,
} from './block-device-lines.ts';
import type { Mount } from './block-device-lines.ts';

/** dm-crypt in the forms that encrypt; dm-verity and dm-integrity have similar names and do not. */
const encryptsByUuid = /^CRYPT-(?:LUKS[12]|PLAIN|LOOPAES|TCRYPT|BITLK|FVAULT2)-/u;
/** Read to start the host, before anybody can give a key. */
const startFiles = new Set(['/boot', '/boot/efi', '/efi', '/boot/firmware']);
const readOnlyMedia = new Set(['iso9660', 'udf', 'squashfs', 'erofs', 'cramfs']);
/** File systems without a device number of their own that keep data all the same. */
const remote = /^(?:nfs4?|cifs|smb3|ceph|glusterfs|fuse\.(?:sshfs|glusterfs|s3fs|rclone))$/u;
const opaque = /^(?:zfs|9p|virtiofs|bcachefs|vboxsf|fuse\.(?:gocryptfs|encfs|mergerfs|vmhgfs-fuse))$/u;

/**
 * The analysis `block_devices`: which mounted file systems and swap areas lie on encrypted devices.
 *
 * Reads the facts `device`, `mount` and `swap` (see `block-device-lines.ts`) and the parameter `exempt`, mount points
 * with spaces between. Adds `judged` (how many file systems and swap areas were looked at), and as lists
 * `plain_mounts`, `encrypted_mounts`, `exempt_mounts`, `unjudged_mounts` (with the reason), `plain_swap` and
 * `encrypted_swap`. Adds `analysis_error` alone where a line cannot be read or names a device that is not there.
 *
 * A device is encrypted where it is dm-crypt, or where all it is made of is: a volume over two disks of which one is
 * plain is plain. Swap in memory (zram) is left out.
 */
export function blockDevices(facts: Facts, parameters: ParameterValues): Facts {
  const devices = readDevices(facts['device']);
  const mounts = readMounts(facts['mount']);
  const swaps = readSwaps(facts['swap']);
  if (!devices || !mounts || !swaps)
    return { analysis_error: 'A line about devices, mounts or swap cannot be read.' };
  const exempt = new Set(String(parameters['exempt'] ?? '').split(' '));
  const tree = { devices, mounts };

  const lists = {
    plain_mounts: [] as string[],
    encrypted_mounts: [] as string[],
    exempt_mounts: [] as string[],
    unjudged_mounts: [] as string[],
    plain_swap: [] as string[],
    encrypted_swap: [] as string[],
  };
  for (const mount of firstOfEach(mounts)) {
    const list = judgeMount(mount, exempt, tree);
    if (list === undefined) continue;
    if (list === 'broken')
      return { analysis_error: `What ${mount.target} lies on is not among the devices.` };
    lists[list].push(describe(mount, list));
  }
  for (const { target, device } of swaps) {
    if (device?.startsWith('zram') === true) continue;
    const names = device === undefined ? namesUnder(target, mounts) : [device];
    const isSafe = names && areEncrypted(names, tree);
    if (isSafe === undefined)
      return { analysis_error: `What the swap ${target} lies on is not among the devices.` };
    lists[isSafe ? 'encrypted_swap' : 'plain_swap'].push(target);
  }
  const judged = Object.values(lists).reduce((sum, list) => sum + list.length, 0);
  return judged === 0 ? { analysis_error: 'No file system on a disk is mounted.' } : { ...lists, judged };
}

interface Tree {
  devices: ReadonlyMap<string, BlockDevice>;
  mounts: readonly Mount[];
}
type MountList = 'plain_mounts' | 'encrypted_mounts' | 'exempt_mounts' | 'unjudged_mounts';

/** The list that a mount belongs to; undefined where it keeps no data of this host. */
function judgeMount(mount: Mount, exempt: ReadonlySet<string>, tree: Tree): MountList | 'broken' | undefined {
  const { type, target, number, sources } = mount;
  // What systemd-nspawn shows a container of the host around it.
  if (remote.test(type) || target.startsWith('/run/host/')) return undefined;
  if (opaque.test(type) || (type === 'overlay' && target === '/'))
    return exempt.has(target) ? 'exempt_mounts' : 'unjudged_mounts';
  const names = sources.length > 0 ? sources : devicesNumbered(tree.devices, number);
  // Kept in memory, or made of other file systems that are looked at by themselves.
  if (names.length === 0) return number.startsWith('0:') ? undefined : 'broken';
  if (startFiles.has(target) || exempt.has(target) || readOnlyMedia.has(type)) return 'exempt_mounts';
  if (mount.isReadOnly && names.every((name) => tree.devices.get(name)?.isRemovable)) return 'exempt_mounts';
  const isSafe = areEncrypted(names, tree);
  if (isSafe === undefined) return 'broken';
  return isSafe ? 'encrypted_mounts' : 'plain_mounts';
}

/** Whether all of these devices are encrypted; undefined where one of them, or of what they are made of, is not there. */
function areEncrypted(
  names: readonly string[],
  tree: Tree,
  above: ReadonlySet<string> = new Set(),
): boolean | undefined {
  let all = names.length > 0;
  for (const name of names) {
    const device = tree.devices.get(name);
    if (!device || above.has(name)) return undefined;
    if (encryptsByUuid.test(device.dmUuid)) continue;
    const beneath =
      device.backingFile === undefined ? device.madeOf : namesUnder(device.backingFile, tree.mounts);
    if (beneath === undefined) return undefined;
    const isSafe = beneath.length > 0 && areEncrypted(beneath, tree, new Set([...above, name]));
    if (isSafe === undefined) return undefined;
    all &&= isSafe;
  }
  return all;
}

/** Devices of the file system that a file lies on: that of the longest mount point above it. */
function namesUnder(file: string, mounts: readonly Mount[]): readonly string[] | undefined {
  const above = mounts
    .filter(({ target }) => target === '/' || file.startsWith(`${target}/`))
    .sort((left, right) => right.target.length - left.target.length);
  const sources = above[0]?.sources;
  return sources && sources.length > 0 ? sources : undefined;
}

/** Each file system once, by its first mount: bind mounts show the same again. */
function firstOfEach(mounts: readonly Mount[]): Mount[] {
  const seen = new Set<string>();
  return mounts.filter(({ number, type, target, sources }) => {
    const key = sources.length > 0 ? sources.join() : number.startsWith('0:') ? `${type} ${target}` : number;
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

function describe({ target, type, sources }: Mount, list: MountList): string {
  const where = sources.length > 0 ? ` on ${sources.join('+')}` : '';
  if (list !== 'unjudged_mounts') return `${target} (${type}${where})`;
  return `${target} (${type === 'overlay' ? 'an overlay, as in a container' : type})`;
}
