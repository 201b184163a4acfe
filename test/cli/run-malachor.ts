import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** How a command ended, and what it said. */
export interface RanCommand {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `malachor` as people do, on a database and with the secrets in `<directory>/secrets`; never rejects. */
export function runMalachor(
  { databaseUrl, directory }: { databaseUrl: string; directory: string },
  ...args: string[]
): Promise<RanCommand> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, MALACHOR_SECRETS_DIR: join(directory, 'secrets') };
  return new Promise((settle) => {
    execFile(process.execPath, ['cli/main.ts', ...args], { env }, (error, stdout, stderr) => {
      settle({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
