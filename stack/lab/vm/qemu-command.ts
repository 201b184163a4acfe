import { join } from 'node:path';

/** Memory of a virtual machine, and what its translated code may take besides. */
const memoryMegabytes = 256;
const translationMegabytes = 64;

const kernelArguments = [
  'console=ttyS0',
  'quiet',
  'loglevel=4',
  'panic=-1',
  'net.ifnames=0',
  'audit=1',
  'apparmor=1',
  'security=apparmor',
  // Emulation is slow enough; nothing untrusted runs there.
  'mitigations=off',
  'tsc=reliable',
];

/** What a virtual machine boots or resumes from. */
export interface MachineImage {
  kernel: string;
  initrd: string;
  /** Raw ext4 disk. */
  disk: string;
  /** Memory of the machine, as a file. */
  memory: string;
}

export interface VirtualMachine {
  image: MachineImage;
  /** Holds its sockets. */
  directory: string;
  consoleFile: string;
  macAddress: string;
  /**
   * `build` writes to disk and memory of the image and has no network; `resume` leaves them as they are, keeps its
   * changes where TMPDIR says, and waits to be told what to resume from.
   */
  mode: { kind: 'build' } | { kind: 'resume'; tap: string };
}

/** Socket of QEMU's control protocol. */
export function controlSocket(directory: string): string {
  return join(directory, 'control');
}
/** Socket of the serial port on which the machine's agent listens. */
export function agentSocket(directory: string): string {
  return join(directory, 'agent');
}

/** A comma separates options of QEMU's arguments; doubled it stands for itself. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}

/**
 * The command of a virtual machine on an emulated processor. All of it must be the same when a saved machine is resumed,
 * but for what `mode` names.
 */
export function qemuCommand({ image, directory, consoleFile, macAddress, mode }: VirtualMachine): string[] {
  const isBuild = mode.kind === 'build';
  const socket = (id: string, path: string) => `socket,id=${id},path=${escaped(path)},server=on,wait=off`;
  return [
    'qemu-system-x86_64',
    ...['-M', 'q35,memory-backend=memory', '-cpu', 'Nehalem', '-smp', '2'],
    ...['-accel', `tcg,thread=multi,tb-size=${translationMegabytes}`],
    ...['-m', `${memoryMegabytes}M`, '-object'],
    // Resumed machines see the saved memory and copy what they change: nothing is read in advance, and they share the rest.
    `memory-backend-file,id=memory,size=${memoryMegabytes}M,share=${isBuild ? 'on' : 'off'},mem-path=${escaped(image.memory)}`,
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-rtc', 'base=utc,clock=host'],
    ...['-kernel', image.kernel, '-initrd', image.initrd, '-append', kernelArguments.join(' ')],
    '-drive',
    `file=${escaped(image.disk)},format=raw,if=none,id=disk,cache=unsafe,snapshot=${isBuild ? 'off' : 'on'}`,
    ...['-device', 'virtio-blk-pci,drive=disk'],
    '-netdev',
    mode.kind === 'build'
      ? 'hubport,id=network,hubid=0'
      : `tap,id=network,ifname=${mode.tap},script=no,downscript=no`,
    ...['-device', `virtio-net-pci,netdev=network,romfile=,mac=${macAddress}`],
    ...['-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
    ...['-chardev', socket('agent', agentSocket(directory))],
    ...['-device', 'virtserialport,chardev=agent,name=malachor.lab'],
    ...['-chardev', socket('control', controlSocket(directory)), '-mon', 'chardev=control,mode=control'],
    ...['-chardev', `file,id=console,path=${escaped(consoleFile)},append=on`, '-serial', 'chardev:console'],
    // A machine that cannot boot ends instead of trying again.
    ...(isBuild ? ['-no-reboot'] : ['-incoming', 'defer']),
  ];
}
