import { siteIdSchema } from '../contracts/ids.ts';

/** Names a payload key: whose it is and which rotation. Travels in the clear, in metadata `malachor-key`. */
export interface PayloadKeyId {
  /** Undefined for the key of workflows that serve all sites. */
  site: string | undefined;
  /** Counts rotations from 1. */
  version: number;
}

/** `site/<site>/v<version>`, or `central/v<version>`. */
export function formatKeyId(id: PayloadKeyId): string {
  return id.site === undefined ? `central/v${id.version}` : `site/${id.site}/v${id.version}`;
}

const keyIdPattern = /^(?:central|site\/(?<site>[a-z0-9-]{1,63}))\/v(?<version>[1-9]\d{0,5})$/;

/** The inverse of `formatKeyId`; undefined for anything else, as the text is chosen by whoever wrote the payload. */
export function parseKeyId(text: string): PayloadKeyId | undefined {
  const match = keyIdPattern.exec(text);
  if (!match?.groups) return undefined;
  const { site, version } = match.groups;
  if (site !== undefined && !siteIdSchema.safeParse(site).success) return undefined;
  return { site, version: Number(version) };
}
