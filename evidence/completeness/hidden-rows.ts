/** Something about a host whose name is kept back, which may be the one that is asked about. */
export interface Hidden {
  readonly kind: 'scan' | 'incident';
  readonly seq: number;
  readonly at: string;
  readonly checks: ReadonlySet<string>;
}

/** Rows of scans whose hosts are kept back: of each scan and each set of checks the latest. */
export class HiddenRows {
  private readonly shown = new Set<string>();
  private readonly hidden = new Map<string, Map<string, Hidden>>();
  /** One set for all rows that have the same checks. */
  private readonly sets = new Map<string, ReadonlySet<string>>();

  /** A scan has each host once: where the row of the one in question is shown, no other of the same scan is its. */
  show(scan: string): void {
    this.shown.add(scan);
    this.hidden.delete(scan);
  }

  hide(scan: string, row: Hidden): void {
    if (this.shown.has(scan)) return;
    const name = [...row.checks].sort().join(' ');
    const checks = this.sets.get(name) ?? row.checks;
    this.sets.set(name, checks);
    const rows = this.hidden.get(scan) ?? new Map<string, Hidden>();
    this.hidden.set(scan, rows);
    const before = rows.get(name);
    if (!before || Date.parse(row.at) >= Date.parse(before.at)) rows.set(name, { ...row, checks });
  }

  list(): readonly Hidden[] {
    return [...this.hidden.values()].flatMap((rows) => [...rows.values()]);
  }
}
