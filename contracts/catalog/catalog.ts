import type { Baseline } from './baseline.ts';
import type { CheckDefinition } from './check.ts';
import type { Drill } from './drill.ts';
import type { SharedProbe } from './probe.ts';
import type { RuleDefinition } from './rule.ts';
import type { RunbookDefinition } from './runbook.ts';

/** Why one catalogue file is not usable. */
export interface CatalogProblem {
  /** Path within the catalogue, as `checks/linux/ssh-root-login.yaml`. */
  file: string;
  /** 1-based line the problem is at. */
  line: number;
  reason: string;
  /** Id the file would have defined, where it could be read. */
  id?: string;
}

/** A runbook and the digest that orders name: SHA-256 (hex) of its canonical JSON (RFC 8785). */
export interface CatalogRunbook {
  definition: RunbookDefinition;
  digest: string;
}

/** The usable part of a catalogue, and what was left out and why. */
export interface Catalog {
  /** What several checks read at once; put into those checks already. */
  probes: ReadonlyMap<string, SharedProbe>;
  checks: ReadonlyMap<string, CheckDefinition>;
  runbooks: ReadonlyMap<string, CatalogRunbook>;
  /** In file order, then order within the file. */
  rules: readonly RuleDefinition[];
  baselines: ReadonlyMap<string, Baseline>;
  /** How the drift of each runbook is planted on lab hosts, by runbook. */
  drills: ReadonlyMap<string, readonly Drill[]>;
  problems: readonly CatalogProblem[];
}
