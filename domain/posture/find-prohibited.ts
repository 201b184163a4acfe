import type { Facts } from '../../contracts/facts.ts';
import { isUsedBy, parseAllowList, type AllowEntry } from './allow-list.ts';
import { listenerLine, type Listener } from './listener.ts';
import { prohibitedServices, type ProhibitedService } from './prohibited-services.ts';

const portsOf = new Map<string, readonly AllowEntry[]>(
  prohibitedServices.map(({ name, ports }) => {
    const parsed = parseAllowList(ports.join(','));
    if (!parsed.ok) throw new Error(`${name}: ${parsed.problems.join('; ')}`);
    return [name, parsed.entries];
  }),
);

/**
 * The prohibited services among some listeners, as lines `name: protocol address port process exposure: reason`, those
 * named in `exceptions` left out. Facts tell versions that are on, where a service says so.
 */
export function findProhibited(
  listeners: readonly Listener[],
  facts: Facts,
  exceptions: readonly string[],
): string[] {
  const services = prohibitedServices.filter(
    (service) => !exceptions.includes(service.name) && isVersionProhibited(service, facts),
  );
  return listeners.flatMap((listener) =>
    services
      .filter((service) => isService(service, listener))
      .map(({ name, reason }) => `${name}: ${listenerLine(listener)}: ${reason}`),
  );
}

/** Names of `exceptions` that no prohibited service has. */
export function unknownExceptions(exceptions: readonly string[]): string[] {
  return exceptions.filter((exception) => !prohibitedServices.some(({ name }) => name === exception));
}

function isVersionProhibited({ versions }: ProhibitedService, facts: Facts): boolean {
  if (versions === undefined) return true;
  const told = facts[versions.fact];
  if (typeof told !== 'string') return versions.whereUnknown;
  const on = told.split(',').map((version) => version.trim().replace(/^v/iu, ''));
  return on.some((version) => versions.prohibited.includes(version));
}

function isService(service: ProhibitedService, listener: Listener): boolean {
  if (listener.exposure === 'loopback' && service.evenOnLoopback !== true) return false;
  const processes = listener.processes.map(baseName);
  if (processes.some((process) => service.processes.some((name) => name.toLowerCase() === process)))
    return true;
  if (!portsOf.get(service.name)?.some((entry) => isUsedBy(entry, listener))) return false;
  return !processes.some((process) => service.portTakenBy?.includes(process));
}

/** `C:\Windows\System32\tlntsvr.exe` as `tlntsvr`. */
function baseName(process: string): string {
  return (process.split(/[/\\]/u).at(-1) ?? '').toLowerCase().replace(/\.exe$/u, '');
}
