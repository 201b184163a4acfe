/** Where things are in an evidence archive. */
export const readmePath = 'README.txt';
export const keysPath = 'keys.json';
export const manifestPath = 'manifest.json';
export const manifestEnvelopePath = 'manifest.dsse.json';

/** Entries in one file. */
export const entriesPerFile = 1_000;

/** The ledger's head before its first entry in the archive. */
export function startPath(site: string): string {
  return `ledger/${site}/start.json`;
}

export function checkpointPath(site: string): string {
  return `ledger/${site}/checkpoint.txt`;
}

/** The `index`-th file of up to a thousand entries, counted from 0. */
export function entriesPath(site: string, index: number): string {
  return `ledger/${site}/entries-${String(index).padStart(6, '0')}.jsonl`;
}
