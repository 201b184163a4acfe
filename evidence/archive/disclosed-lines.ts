import { z } from 'zod';
import { decodeUtf8 } from '../bytes.ts';
import { verifyDisclosures } from '../disclosure/verify-disclosures.ts';
import { incidentPredicateType } from '../statements/incident-v1.ts';
import { parseCanonical } from './json-file.ts';
import type { LedgerContext } from './ledger-context.ts';
import { splitLines } from './lines.ts';
import { disclosuresPath } from './paths.ts';
import type { Place } from './report.ts';
import type { ReadEntry } from './verify-entry.ts';

/** One line of a file of disclosures: what is shown of the hidden fields of entry `seq`. */
export const disclosedLineSchema = z.strictObject({
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  disclosures: z.array(z.unknown()).min(1).max(100_000),
});

/** Fields of entries that were signed as commitments. */
export interface FieldCount {
  disclosed: number;
  withheld: number;
}

/** The disclosures of one file, each compared with its entry when that comes by. */
export class DisclosedLines {
  private readonly lines: Map<number, { disclosures: unknown[]; place: Place }>;
  private readonly context: LedgerContext;
  private readonly fields: FieldCount;

  private constructor(lines: DisclosedLines['lines'], fields: FieldCount, context: LedgerContext) {
    this.lines = lines;
    this.fields = fields;
    this.context = context;
  }

  /** Reads the file of the same number as a file of entries; one that is not there discloses nothing. */
  static async read(
    site: string,
    index: number,
    fields: FieldCount,
    context: LedgerContext,
  ): Promise<DisclosedLines> {
    const file = disclosuresPath(site, index);
    const bytes = await context.files.read(file);
    const lines: DisclosedLines['lines'] = new Map();
    for (const { text, line } of splitLines(bytes ?? new Uint8Array())) {
      const place = { file, line };
      const parsed = parseCanonical(decodeUtf8(text) ?? '', disclosedLineSchema);
      if (!parsed.ok) {
        context.report('disclosure_malformed', place, `This line discloses nothing: ${parsed.reason}.`);
      } else if (lines.has(parsed.value.seq)) {
        context.report('disclosure_malformed', place, 'There was a line for this entry before.');
      } else {
        lines.set(parsed.value.seq, {
          disclosures: parsed.value.disclosures,
          place: { ...place, seq: parsed.value.seq },
        });
      }
    }
    return new DisclosedLines(lines, fields, context);
  }

  /** Compares what is disclosed of an entry with what it was signed with, counts its hidden fields, and gives the genuine values. */
  verify({ value, statement }: ReadEntry): ReadonlyMap<string, unknown> {
    const line = this.lines.get(value.seq);
    this.lines.delete(value.seq);
    if (!statement || (!line && statement.predicateType === incidentPredicateType)) return new Map();
    const { sha256 } = this.context.cryptography;
    const verdict = verifyDisclosures(statement, line?.disclosures ?? [], sha256);
    this.fields.disclosed += verdict.disclosed.size;
    this.fields.withheld += verdict.withheld.length;
    for (const { code, path, message } of line ? verdict.problems : []) {
      const what = path === undefined ? 'A disclosure' : `The disclosure of ${path}`;
      this.context.report(
        'disclosure_invalid',
        line?.place ?? {},
        `${what} is not genuine: ${message} [${code}]`,
      );
    }
    return verdict.disclosed;
  }

  /** What no entry came for. */
  end(): void {
    for (const [seq, { place }] of this.lines) {
      this.context.report(
        'disclosure_invalid',
        place,
        `Entry ${seq} is not in the file of entries of this number.`,
      );
    }
  }
}
