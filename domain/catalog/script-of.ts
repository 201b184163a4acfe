import type { CheckDefinition } from '../../contracts/catalog/check.ts';

/** The script that reads a check on its host. @throws TypeError where the appliance reads it by itself */
export function scriptOf({ id, probe }: Pick<CheckDefinition, 'id' | 'probe'>): string {
  if (probe.kind === 'script') return probe.script;
  throw new TypeError(`${id} is read by the appliance's ${probe.collector}, not by a script`);
}
