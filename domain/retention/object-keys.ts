import { siteIdSchema } from '../../contracts/ids.ts';

/** What the objects of a site's evidence are called in every store. Numbers are padded, so keys sort as the ledger does. */

/** Highest number that fits: 10^12 − 1. */
const digits = 12;

/** All objects of `site` begin with this. */
export function sitePrefix(site: string): string {
  return `sites/${site}/`;
}

/** `sites/<site>/entries/<seq>-<entryHash>.json`. @throws RangeError where `seq` has over 12 digits or is not whole */
export function entryObjectKey(site: string, seq: number, entryHash: string): string {
  return `${sitePrefix(site)}entries/${padded(seq)}-${entryHash}.json`;
}

/** `sites/<site>/checkpoints/<size>.txt`. @throws RangeError as `entryObjectKey` */
export function checkpointObjectKey(site: string, size: number): string {
  return `${sitePrefix(site)}checkpoints/${padded(size)}.txt`;
}

export type EvidenceKey =
  | { kind: 'entry'; site: string; seq: number; entryHash: string }
  | { kind: 'checkpoint'; site: string; size: number };

/** What `key` names, or undefined where it is no key of ours. Keys come from a store that others may write to. */
export function parseEvidenceKey(key: string): EvidenceKey | undefined {
  const entry = /^sites\/([a-z0-9-]{1,63})\/entries\/(\d{12})-([0-9a-f]{64})\.json$/.exec(key);
  const checkpoint = /^sites\/([a-z0-9-]{1,63})\/checkpoints\/(\d{12})\.txt$/.exec(key);
  const [, site = '', number = '', entryHash = ''] = entry ?? checkpoint ?? [];
  if (!siteIdSchema.safeParse(site).success) return undefined;
  return entry
    ? { kind: 'entry', site, seq: Number(number), entryHash }
    : { kind: 'checkpoint', site, size: Number(number) };
}

function padded(number: number): string {
  const text = String(number);
  if (!/^\d{1,12}$/.test(text)) throw new RangeError(`${text} is not a whole number of at most 12 digits`);
  return text.padStart(digits, '0');
}
