import { frameworks } from '../contracts/controls.ts';
import { openPredicate } from '../evidence/disclosure/open-predicate.ts';
import { concatBytes, encodeUtf8 } from '../evidence/bytes.ts';
import type { LedgerEntry } from '../evidence/ledger.ts';
import type { Statement } from '../evidence/statements/read-statement.ts';
import { withheldHost } from './assessment.ts';

const header = [
  'site',
  'seq',
  'recorded_at',
  'kind',
  'moment',
  'host',
  'check',
  'severity',
  'title',
  ...frameworks,
  'entry_hash',
];

/** `entries.csv`: one row an entry, in order (RFC 4180). */
export class EntriesCsv {
  private readonly parts: Uint8Array[] = [encodeUtf8(csvRow(header))];

  /** @param disclosed what is to be shown of its hidden fields, by place */
  take(entry: LedgerEntry, statement: Statement, disclosed: ReadonlyMap<string, unknown> = new Map()): void {
    const { predicate, predicateType } = statement;
    const kind = predicateType.split('/').at(-2) ?? predicateType;
    const common = [predicate.site, String(entry.seq), entry.recordedAt, kind];
    const incident =
      'moment' in predicate
        ? incidentCells(predicate, disclosed)
        : ['', '', '', '', '', ...frameworks.map(() => '')];
    this.parts.push(encodeUtf8(csvRow([...common, ...incident, entry.entryHash])));
  }

  bytes(): Uint8Array {
    return concatBytes(this.parts);
  }
}

function incidentCells(
  predicate: Extract<Statement['predicate'], { moment: unknown }>,
  disclosed: ReadonlyMap<string, unknown>,
): string[] {
  const { host, story } = openPredicate(predicate, disclosed) as {
    host: unknown;
    story: Record<string, unknown>;
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return [
    predicate.moment,
    typeof host === 'string' ? host : withheldHost,
    predicate.check,
    text(story['severity']),
    text(story['title']),
    ...frameworks.map((framework) => predicate.controls[framework].join(' ')),
  ];
}

/**
 * A row with its line end. Cells are quoted where RFC 4180 wants it, and an apostrophe is put before what a spreadsheet would take
 * for a formula: titles come from hosts and people.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
