import type { CheckDefinition, CheckFile } from '../../contracts/catalog/check.ts';
import type { Probe, SharedProbe } from '../../contracts/catalog/probe.ts';

/** The check with its shared probe put in; undefined where `probes` has not got it. */
export function resolveCheck(
  file: CheckFile,
  probes: ReadonlyMap<string, SharedProbe>,
): CheckDefinition | undefined {
  const { probe } = file;
  if (!('use' in probe)) return { ...file, probe: kindOf(probe) };
  const shared = probes.get(probe.use);
  if (!shared) return undefined;
  const facts = { ...shared.facts, ...file.facts };
  return { ...file, probe: kindOf(shared), sharedProbe: shared.id, facts };
}

function kindOf(probe: Exclude<CheckFile['probe'], { use: string }>): Probe {
  if ('collector' in probe)
    return { kind: 'collector', collector: probe.collector, timeoutMs: probe.timeoutMs };
  return { kind: 'script', script: probe.script, sudo: probe.sudo, timeoutMs: probe.timeoutMs };
}
