/** Where things are in an evidence archive. */
export const readmePath = 'README.txt';
export const keysPath = 'keys.json';
export const manifestPath = 'manifest.json';
export const manifestEnvelopePath = 'manifest.dsse.json';

/** Entries in one file, at most. */
export const entriesPerFile = 1_000;

/** The ledger's head before its first entry in the archive. */
export function startPath(site: string): string {
  return `ledger/${site}/start.json`;
}

export function checkpointPath(site: string): string {
  return `ledger/${site}/checkpoint.txt`;
}

/** The `index`-th file of entries, counted from 0. */
export function entriesPath(site: string, index: number): string {
  return `ledger/${site}/entries-${sixDigits(index)}.jsonl`;
}

/** What is disclosed of the entries in the file of the same number. */
export function disclosuresPath(site: string, index: number): string {
  return `ledger/${site}/disclosures-${sixDigits(index)}.jsonl`;
}

/** A checkpoint of the ledger at another size than its end in the archive. */
export function sizedCheckpointPath(site: string, size: number): string {
  return `ledger/${site}/checkpoints/${size}.txt`;
}

/** How the ledger's end in the archive is part of that checkpoint's larger ledger. */
export function consistencyPath(site: string, size: number): string {
  return `ledger/${site}/checkpoints/${size}.consistency.json`;
}

/** What binds the checkpoint of that size to a time. */
export function anchorPath(site: string, size: number): string {
  return `ledger/${site}/anchors/${size}.json`;
}

/** What the checks of a catalogue stand for: canonical JSON whose SHA-256 is `digest`, and a newline. */
export function controlsPath(digest: string): string {
  return `controls/${digest}.json`;
}

/** Of a path below `controls/`: the digest it is named for; without one where format 2 knows no such file. */
export function readControlsPath(path: string): { digest?: string } | undefined {
  if (!path.startsWith('controls/')) return undefined;
  const digest = /^controls\/([0-9a-f]{64})\.json$/.exec(path)?.[1];
  return digest === undefined ? {} : { digest };
}

function sixDigits(index: number): string {
  return String(index).padStart(6, '0');
}

/** What a file of a site's ledger is, by its name. */
export type LedgerFile =
  | { readonly kind: 'start' | 'checkpoint' }
  | { readonly kind: 'entries' | 'disclosures'; readonly index: number }
  | { readonly kind: 'sized_checkpoint' | 'consistency' | 'anchor'; readonly size: number };

/** The site and meaning of a path below `ledger/`; without `file` where format 2 knows no such file. */
export function readLedgerPath(path: string): { site: string; file?: LedgerFile } | undefined {
  const [, site, name] = /^ledger\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (site === undefined || name === undefined) return undefined;
  const file = readLedgerFile(name);
  return file ? { site, file } : { site };
}

function readLedgerFile(name: string): LedgerFile | undefined {
  if (name === 'start.json') return { kind: 'start' };
  if (name === 'checkpoint.txt') return { kind: 'checkpoint' };
  const [, lines, index] = /^(entries|disclosures)-(\d{6})\.jsonl$/.exec(name) ?? [];
  if (lines !== undefined) return { kind: lines as 'entries' | 'disclosures', index: Number(index) };
  const sized = /^(checkpoints|anchors)\/(0|[1-9]\d{0,14})(\.txt|\.consistency\.json|\.json)$/.exec(name);
  const [, folder, size, ending] = sized ?? [];
  const kind = sizedFiles[`${folder ?? ''}${ending ?? ''}`];
  return kind && { kind, size: Number(size) };
}

const sizedFiles: Partial<Record<string, 'sized_checkpoint' | 'consistency' | 'anchor'>> = {
  'checkpoints.txt': 'sized_checkpoint',
  'checkpoints.consistency.json': 'consistency',
  'anchors.json': 'anchor',
};
