import {
  diffSiteChecks,
  listHostChecks,
  listSiteChecks,
  setSiteCheck,
} from '../../../contracts/api/checks.ts';
import type { Mount } from '../../http/mount.ts';
import type { CheckService } from './check-service.ts';

export function mountChecks(mount: Mount, service: CheckService): void {
  mount(listHostChecks, async ({ params: { site, host } }) => ({
    body: await service.resultsOf(site, host),
  }));

  mount(listSiteChecks, async ({ params: { site } }) => ({ body: await service.settingsOf(site) }));

  mount(diffSiteChecks, async ({ params: { site }, body }) => ({ body: await service.diff(site, body) }));

  mount(setSiteCheck, async ({ params: { site, check }, body, actor }) => ({
    body: await service.set(site, check, body, actor),
  }));
}
