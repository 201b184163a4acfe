import type { z } from 'zod';
import { baselineSchema } from '../../contracts/catalog/baseline.ts';
import type { Catalog, CatalogProblem, CatalogRunbook } from '../../contracts/catalog/catalog.ts';
import { checkSchema } from '../../contracts/catalog/check.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import { drillFileSchema } from '../../contracts/catalog/drill.ts';
import type { Drill } from '../../contracts/catalog/drill.ts';
import { sharedProbeSchema } from '../../contracts/catalog/probe.ts';
import type { SharedProbe } from '../../contracts/catalog/probe.ts';
import { ruleFileSchema } from '../../contracts/catalog/rule.ts';
import type { RuleDefinition } from '../../contracts/catalog/rule.ts';
import { runbookSchema } from '../../contracts/catalog/runbook.ts';
import { canonicalJson } from '../../evidence/canonical-json.ts';
import { lintBaseline } from './lint-baseline.ts';
import { lintCheck } from './lint-check.ts';
import { lintDrills } from './lint-drills.ts';
import { lintProbe } from './lint-probe.ts';
import { lintRule } from './lint-rule.ts';
import { lintRunbook } from './lint-runbook.ts';
import { resolveCheck } from './resolve-check.ts';
import { whyMissing } from './why-missing.ts';
import { readYamlSource } from './yaml-source.ts';
import type { SourceFile } from './yaml-source.ts';

/**
 * Reads a catalogue from its files: `probes/**.yaml`, `checks/**.yaml`, `runbooks/**.yaml`, `rules/*.yaml`,
 * `baselines/*.yaml` and `drills/**.yaml`, by path within the catalogue. A file that is broken, or refers to something that is not there, is left out and
 * reported with its line; what refers to it is left out in turn, and all else stays usable. Two files with one id are
 * both left out. Never throws for what the files are.
 *
 * A usable rule always names a usable runbook, and a usable runbook a usable check. A baseline may name checks that
 * are not in `checks`; see `lintBaseline`.
 *
 * @param sha256Hex lower-case hexadecimal SHA-256 of the UTF-8 of a text
 */
export function parseCatalog(
  files: ReadonlyMap<string, string>,
  sha256Hex: (text: string) => string,
): Catalog {
  const problems: CatalogProblem[] = [];
  const report = (found: readonly CatalogProblem[]) => {
    problems.push(...found);
    return found.length === 0;
  };
  const read = <Schema extends z.ZodType>(folder: string, schema: Schema) =>
    readFolder(files, folder, schema, report);

  const probes = new Map<string, SharedProbe>();
  for (const source of withoutTwins(read('probes/', sharedProbeSchema), report)) {
    if (report(lintProbe(source))) probes.set(source.value.id, source.value);
  }
  const checks = new Map<string, CheckDefinition>();
  for (const source of withoutTwins(read('checks/', checkSchema), report)) {
    const { id, probe } = source.value;
    const check = resolveCheck(source.value, probes);
    if (check === undefined && 'use' in probe) {
      const reason = whyMissing('probe', probe.use, problems);
      report([{ file: source.file, line: source.lineOf(['probe', 'use']), id, reason }]);
    } else if (check !== undefined && report(lintCheck(source, check))) checks.set(id, check);
  }
  const runbooks = new Map<string, CatalogRunbook>();
  for (const source of withoutTwins(read('runbooks/', runbookSchema), report)) {
    if (!report(lintRunbook(source, checks, problems))) continue;
    runbooks.set(source.value.id, {
      definition: source.value,
      digest: sha256Hex(canonicalJson(source.value)),
    });
  }
  const rules: RuleDefinition[] = [];
  const ruleFiles = new Map<string, string>();
  for (const source of read('rules/', ruleFileSchema)) {
    for (const [index, rule] of source.value.rules.entries()) {
      const twin = ruleFiles.get(rule.id);
      const line = source.lineOf(['rules', index, 'id']);
      if (twin !== undefined) {
        report([
          { file: source.file, line, id: rule.id, reason: `rule ${rule.id} is also defined in ${twin}` },
        ]);
        continue;
      }
      ruleFiles.set(rule.id, `${source.file}:${line}`);
      if (report(lintRule(source, index, rule, { checks, runbooks }, problems))) rules.push(rule);
    }
  }
  const baselines = new Map<string, z.output<typeof baselineSchema>>();
  for (const source of withoutTwins(read('baselines/', baselineSchema), report)) {
    report(lintBaseline(source, { checks, runbooks }, problems));
    baselines.set(source.value.id, source.value);
  }
  const drills = new Map<string, readonly Drill[]>();
  for (const source of read('drills/', drillFileSchema)) {
    if (report(lintDrills(source, runbooks, problems))) drills.set(source.value.runbook, source.value.drills);
  }
  report(strays(files));
  return { probes, checks, runbooks, rules, baselines, drills, problems };
}

type Report = (problems: readonly CatalogProblem[]) => boolean;

function readFolder<Schema extends z.ZodType>(
  files: ReadonlyMap<string, string>,
  folder: string,
  schema: Schema,
  report: Report,
): SourceFile<z.output<Schema>>[] {
  const sources: SourceFile<z.output<Schema>>[] = [];
  for (const [file, text] of sortedByPath(files)) {
    if (!file.startsWith(folder) || !file.endsWith('.yaml')) continue;
    const result = readYamlSource(file, text, schema);
    if (result.ok) sources.push(result.source);
    else report(result.problems);
  }
  return sources;
}

function sortedByPath(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

/** The sources whose id no other file has; the others are reported, each naming its twin. */
function withoutTwins<T extends { id: string }>(
  sources: readonly SourceFile<T>[],
  report: Report,
): SourceFile<T>[] {
  return sources.filter((source) => {
    const { id } = source.value;
    const twin = sources.find((other) => other !== source && other.value.id === id);
    if (!twin) return true;
    const reason = `id ${id} is also defined in ${twin.file}; neither is used`;
    return report([{ file: source.file, line: source.lineOf(['id']), id, reason }]);
  });
}

/** Files that no part of the catalogue reads, which a misspelt folder or ending would leave unnoticed. */
function strays(files: ReadonlyMap<string, string>): CatalogProblem[] {
  return sortedByPath(files)
    .filter(
      ([file]) => !/^(?:(?:probes|checks|runbooks|drills)\/.+|(?:rules|baselines)\/[^/]+)\.yaml$/u.test(file),
    )
    .map(([file]) => ({
      file,
      line: 1,
      reason: 'is not read: write probes/, checks/, runbooks/, rules/, baselines/ or drills/ and .yaml',
    }));
}
