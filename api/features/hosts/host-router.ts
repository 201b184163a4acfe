import { listHosts, type ApiHost } from '../../../contracts/api/hosts.ts';
import type { Mount } from '../../http/mount.ts';

export interface HostReader {
  /** Hosts of one site, or of all, by site and id. */
  listHosts(site?: string): Promise<ApiHost[]>;
}

export function mountHosts(mount: Mount, hosts: HostReader): void {
  mount(listHosts, async ({ query }) => ({ body: { items: await hosts.listHosts(query.site) } }));
}
