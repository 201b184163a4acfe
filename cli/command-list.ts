import type { Command } from 'commander';
import { groupOf } from './command-group.ts';

/** A file of `commands/`: adds its command, with options and action, to the program, or to its group in the program. */
export interface CommandModule {
  register(program: Command): void;
}

export interface CommandEntry {
  /** Words of the command line, as `evidence export`. */
  name: string;
  summary: string;
  /** Loaded only when the command is called, so that help and small commands are quick. */
  load: () => Promise<CommandModule>;
}

/** For a file that is still to come; a plain import once it is there. */
const commandFile = (file: string) => import(`./commands/${file}.ts`) as Promise<CommandModule>;

export const commandList: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'set up, break real hosts, watch them heal, verify the evidence',
    load: () => import('./commands/demo.ts'),
  },
  { name: 'up', summary: 'run the whole system until Ctrl-C', load: () => import('./commands/up.ts') },
  { name: 'test', summary: 'run every test, on real parts', load: () => import('./commands/test.ts') },
  {
    name: 'check',
    summary: 'format, lint, types, import rules, unit tests',
    load: () => import('./commands/check.ts'),
  },
  { name: 'bench', summary: 'measure one claim as a ratio', load: () => commandFile('bench') },
  {
    name: 'doctor',
    summary: 'what is there, what is missing, how to get it',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'verify',
    summary: 'verify an evidence archive, offline',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'evidence export',
    summary: 'write a site’s evidence as an archive',
    load: () => import('./commands/evidence-export.ts'),
  },
  {
    name: 'evidence reconcile',
    summary: 'compare ledger and object store, put again what is missing',
    load: () => import('./commands/evidence-reconcile.ts'),
  },
  {
    name: 'evidence hold set',
    summary: 'keep a site’s evidence until the hold is lifted',
    load: () => import('./commands/evidence-hold-set.ts'),
  },
  {
    name: 'evidence hold lift',
    summary: 'lift a site’s legal hold',
    load: () => import('./commands/evidence-hold-lift.ts'),
  },
  {
    name: 'evidence hold list',
    summary: 'who set and lifted a site’s legal hold, when and why',
    load: () => import('./commands/evidence-hold-list.ts'),
  },
  {
    name: 'evidence as-of',
    summary: 'whether a host met a control on a day, with proof',
    load: () => import('./commands/evidence-as-of.ts'),
  },
  {
    name: 'catalog lint',
    summary: 'check the catalogue’s files',
    load: () => import('./commands/catalog-lint.ts'),
  },
  {
    name: 'runbook test',
    summary: 'prove on real hosts that runbooks heal and take back',
    load: () => import('./commands/runbook-test.ts'),
  },
  {
    name: 'host key',
    summary: 'show a host’s pinned and seen SSH keys, accept a changed one',
    load: () => import('./commands/host-key.ts'),
  },
  {
    name: 'operator add',
    summary: 'give a person a token of their own',
    load: () => import('./commands/operator-add.ts'),
  },
  {
    name: 'key add',
    summary: 'let a key of an appliance count from now on',
    load: () => import('./commands/key-add.ts'),
  },
  {
    name: 'key list',
    summary: 'every key that signs or has signed, and when its signatures count',
    load: () => import('./commands/key-list.ts'),
  },
  {
    name: 'key retire',
    summary: 'end a key that another has replaced',
    load: () => import('./commands/key-retire.ts'),
  },
  {
    name: 'key revoke',
    summary: 'end a key that may be in other hands',
    load: () => import('./commands/key-revoke.ts'),
  },
  {
    name: 'webhook secret',
    summary: 'print the secret a site’s receiver checks signatures with',
    load: () => import('./commands/webhook-secret.ts'),
  },
];

/** The entry that the arguments call, or undefined where they call none (help, a mistake). */
export function calledCommand(args: readonly string[]): CommandEntry | undefined {
  return commandList.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
}

/**
 * Adds every command to the program: the called one whole, the others by name and summary for the help.
 */
export async function addCommands(program: Command, args: readonly string[]): Promise<void> {
  const called = calledCommand(args[0] === 'help' ? args.slice(1) : args);
  for (const entry of commandList) {
    const words = entry.name.split(' ');
    const last = words.pop() ?? '';
    const parent = words.reduce((group, word) => groupOf(group, word), program);
    if (entry === called) (await entry.load()).register(program);
    else parent.command(last).description(entry.summary);
  }
}
