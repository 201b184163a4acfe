import type { Command } from 'commander';

const summaries: Record<string, string> = {
  evidence: 'evidence: archives, objects, legal holds',
  hold: 'legal holds',
  catalog: 'checks, runbooks, rules and baselines',
  runbook: 'ways to bring a property back',
  host: 'hosts of an appliance',
  operator: 'people who may decide',
  key: 'the keys that sign evidence and orders',
  webhook: 'notifications to a site’s own receiver',
};

/** The group of commands called `name`, made if it is not there yet. */
export function groupOf(parent: Command, name: string): Command {
  const existing = parent.commands.find((command) => command.name() === name);
  return existing ?? parent.command(name).description(summaries[name] ?? '');
}
