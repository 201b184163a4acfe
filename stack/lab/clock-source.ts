import { join } from 'node:path';
import { hostDirectory, type LabInstance } from './instance.ts';
import { mountRoot, spawnInControlGroup } from './machine.ts';
import { labNetwork } from './network.ts';

/**
 * Serves this machine's time to the lab's hosts on the bridge's address, with the base's own chronyd. Never sets the
 * machine's clock (-x).
 */
export async function startClockSource(instance: LabInstance): Promise<void> {
  const network = labNetwork(instance.network);
  const root = await mountRoot(instance.base, hostDirectory(instance.network, 'clock'), 64);
  const chronyd = ['chroot', root, '/usr/sbin/chronyd', '-x', '-d', '-u', 'root'];
  const directives = [
    'local stratum 8',
    `allow ${network.subnet}`,
    `bindaddress ${network.address}`,
    'cmdport 0',
    'bindcmdaddress /',
    'pidfile /run/chronyd.pid',
  ];
  spawnInControlGroup(
    `${network.name}-clock`,
    [...chronyd, ...directives],
    join(instance.logDirectory, 'clock.log'),
  );
}
