import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { addOperators, type NewOperator } from '../../stack/secrets.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { groupOf } from '../command-group.ts';
import { defaultDataDirectory, say } from '../project.ts';

interface AddOptions {
  role: NewOperator['role'];
  data: string;
  json?: boolean;
}

const nameForm = /^[A-Za-z][A-Za-z0-9._-]{1,63}$/;

/** `malachor operator add`: another person with a credential of their own, as two-person approval needs. */
export function register(program: Command): void {
  groupOf(program, 'operator')
    .command('add')
    .description('give a person a token of their own; an older one of the same name ends')
    .argument('<name>', 'the person, as decisions will name them')
    .addOption(
      new Option('--role <role>', 'what the person may do')
        .choices(['admin', 'operator', 'readonly'])
        .default('operator'),
    )
    .option('--data <dir>', 'data directory of `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action(add);
}

function add(name: string, { role, data, json }: AddOptions): void {
  if (!nameForm.test(name) || name === 'admin') {
    throw new CommandError(
      `${name} cannot be a person’s name here`,
      'Use 2 to 64 letters, digits, dots, hyphens or underscores; `admin` has its token already.',
      exitCodes.usage,
    );
  }
  const secrets = join(data, 'secrets');
  if (!existsSync(join(secrets, 'operators.json'))) {
    throw new CommandError(
      `there is no Malachor in ${data} yet`,
      'Start it once with `malachor up`, or name its data with --data DIR.',
      exitCodes.unavailable,
    );
  }
  const token = addOperators(secrets, [{ name, role }]).get(name) ?? '';
  process.stdout.write(json ? `${JSON.stringify({ name, role, token })}\n` : `${token}\n`);
  say(`That is the token of ${name} (${role}). It is shown once: only its digest is kept.`);
}
