import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExternalServers, LabSetting, StackPorts } from '../stack/stack.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { defaultDataDirectory } from './project.ts';

/** Options of commands that start the stack, as commander parses them. */
export interface StackCommandOptions {
  data: string;
  lab?: number;
  host?: string[];
  identity?: string;
  apiPort: number;
  temporalPort: number;
  temporalWebPort: number;
  postgresPort: number;
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`give a number from ${least} to ${most}`);
    return value;
  };
}

function portOption(flag: string, variable: string, what: string, fallback: number): Option {
  return new Option(`${flag} <port>`, `port of ${what}`)
    .env(variable)
    .argParser(integer(1, 65_535))
    .default(fallback);
}

/** Adds the options that say where data lies, which hosts there are and which ports are used. */
export function addStackOptions(command: Command): Command {
  const hostOption = new Option('--host <user@name>', 'a host of your own instead of lab hosts (repeatable)')
    .argParser((text: string, former: string[] | undefined) => [...(former ?? []), text])
    .conflicts('lab');
  return command
    .addOption(new Option('--data <dir>', 'where all state is kept').default(defaultDataDirectory()))
    .addOption(new Option('--lab <count>', 'boot this many real Debian hosts').argParser(integer(1, 200)))
    .addOption(hostOption)
    .option('--identity <key>', 'private SSH key for --host')
    .addOption(portOption('--api-port', 'MALACHOR_API_PORT', 'the API', 8470))
    .addOption(portOption('--temporal-port', 'MALACHOR_TEMPORAL_PORT', 'Temporal', 7233))
    .addOption(portOption('--temporal-web-port', 'MALACHOR_TEMPORAL_WEB_PORT', 'Temporal Web', 8233))
    .addOption(portOption('--postgres-port', 'MALACHOR_POSTGRES_PORT', 'Postgres', 5470));
}

export function portsFrom(options: StackCommandOptions): StackPorts {
  return {
    api: options.apiPort,
    temporal: options.temporalPort,
    temporalWeb: options.temporalWebPort,
    postgres: options.postgresPort,
  };
}

/** The hosts asked for; where nothing is asked, `defaultCount` lab hosts or none. */
export function labFrom(
  options: Pick<StackCommandOptions, 'host' | 'identity' | 'lab'>,
  defaultCount: number,
): LabSetting {
  if (options.host !== undefined) {
    if (options.identity === undefined)
      throw new CommandError(
        '--host needs a key to log in with',
        'Add --identity FILE, a private key whose account has passwordless sudo.',
        exitCodes.usage,
      );
    return { kind: 'given', hosts: options.host, identityFile: options.identity };
  }
  const count = options.lab ?? defaultCount;
  return count === 0 ? { kind: 'none' } : { kind: 'booted', count };
}

/** Servers named by the environment, which then are not started. */
export function externalFrom(env: NodeJS.ProcessEnv): ExternalServers {
  return {
    ...(env['DATABASE_URL'] ? { databaseUrl: env['DATABASE_URL'] } : {}),
    ...(env['DATABASE_OWNER_URL'] ? { databaseOwnerUrl: env['DATABASE_OWNER_URL'] } : {}),
    ...(env['TEMPORAL_ADDRESS'] ? { temporalAddress: env['TEMPORAL_ADDRESS'] } : {}),
  };
}
