import type { FactValue } from '../../contracts/facts.ts';

/** A block device as the kernel knows it. */
export interface BlockDevice {
  name: string;
  /** `major:minor`. */
  number: string;
  /** Devices it is made of: those under a mapper or RAID device, the disk of a partition. */
  madeOf: readonly string[];
  /** The file behind a loop device. */
  backingFile?: string;
  /** `dm/uuid`, or empty. */
  dmUuid: string;
  isRemovable: boolean;
}

export interface Mount {
  number: string;
  type: string;
  isReadOnly: boolean;
  target: string;
  /** Names of the devices it lies on; empty where it has none. */
  sources: readonly string[];
}

export interface Swap {
  target: string;
  /** Absent for a swap file. */
  device?: string;
}

const deviceLine = /^(\S+) (\d+:\d+) (\S+) (\S+) ([01])(?: (\S+))?$/u;
const mountLine = /^(\d+:\d+) (\S+) (ro|rw) (\/\S*) (\S+)$/u;
const swapLine = /^(\/\S*) (\S+)$/u;

/**
 * Devices by name, from lines `name major:minor made-of dm-uuid removable [backing-file]`; `made-of` is a list with
 * commas, `-` stands for nothing. Undefined where a line has another form, or there is none.
 */
export function readDevices(value: FactValue | undefined): Map<string, BlockDevice> | undefined {
  const devices = new Map<string, BlockDevice>();
  for (const line of linesOf(value)) {
    const [, name, number, madeOf, dmUuid, removable, backingFile] = deviceLine.exec(line) ?? [];
    if (name === undefined || number === undefined || madeOf === undefined || dmUuid === undefined)
      return undefined;
    devices.set(name, {
      name,
      number,
      madeOf: listOf(madeOf),
      dmUuid: dmUuid === '-' ? '' : dmUuid,
      isRemovable: removable === '1',
      ...(backingFile === undefined ? {} : { backingFile: unescapeOctal(backingFile) }),
    });
  }
  return devices;
}

/** Mounts, from lines `major:minor type ro|rw target devices` in the order in which they were made. */
export function readMounts(value: FactValue | undefined): Mount[] | undefined {
  const mounts: Mount[] = [];
  for (const line of linesOf(value)) {
    const [, number, type, mode, target, sources] = mountLine.exec(line) ?? [];
    if (number === undefined || type === undefined || target === undefined || sources === undefined)
      return undefined;
    mounts.push({
      number,
      type,
      isReadOnly: mode === 'ro',
      target: unescapeOctal(target),
      sources: listOf(sources),
    });
  }
  return mounts.length === 0 ? undefined : mounts;
}

/** Swap areas, from lines `path device`, `-` for a file. */
export function readSwaps(value: FactValue | undefined): Swap[] | undefined {
  const swaps: Swap[] = [];
  for (const line of linesOf(value)) {
    const [, target, device] = swapLine.exec(line) ?? [];
    if (target === undefined || device === undefined) return undefined;
    swaps.push({ target: unescapeOctal(target), ...(device === '-' ? {} : { device }) });
  }
  return swaps;
}

/** Names of the devices with this number: one, or none. */
export function devicesNumbered(devices: ReadonlyMap<string, BlockDevice>, number: string): string[] {
  return [...devices.values()].filter((device) => device.number === number).map(({ name }) => name);
}

function linesOf(value: FactValue | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function listOf(text: string): string[] {
  return text === '-' ? [] : text.split(',');
}

/** The kernel writes a space as `\040`, and tab, line feed and backslash alike. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/gu, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
