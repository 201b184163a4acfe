import type { ApiSite } from '../../../contracts/api/sites.ts';
import type { ScanInput } from '../../../contracts/site-activities.ts';

export interface SiteReader {
  /** All enrolled sites, by id. */
  listSites(): Promise<ApiSite[]>;
}

export interface ScanStarter {
  /** Starts a scan, once for each `requestId`. Resolves to its workflow id. */
  start(input: ScanInput, requestId: string): Promise<{ id: string }>;
}
