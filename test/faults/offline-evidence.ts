import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidencePublicKey } from '../../contracts/api/evidence.ts';
import { runCommand } from '../../stack/run-command.ts';
import type { Stack } from '../../stack/stack.ts';
import type { FaultApi } from './fault-api.ts';

/** An exported archive and the key that it is to be verified with. */
export interface ExportedEvidence {
  archive: string;
  keyFile: string;
}

const malachor = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand(process.execPath, ['cli/main.ts', ...args], { env: { ...process.env, ...env } });

/** Exports the site's ledger by the command that people use. */
export async function exportEvidence(
  stack: Stack,
  api: FaultApi,
  site: string,
  directory: string,
): Promise<ExportedEvidence> {
  const path = '/api/evidence/public-key';
  const key = await api.insist({ person: 'admin', path }, AbortSignal.timeout(30_000));
  const keyFile = join(directory, 'evidence-key.pem');
  writeFileSync(keyFile, evidencePublicKey.response.parse(key.body).pem);
  const archive = join(directory, `${site}.zip`);
  await malachor(['evidence', 'export', '--site', site, '--out', archive], {
    DATABASE_URL: stack.databaseUrl,
    MALACHOR_SECRETS_DIR: stack.secretsDirectory,
  });
  return { archive, keyFile };
}

/** Verifies the archive by the command that auditors use. Rejects where it finds anything wrong. */
export async function verifyOffline({ archive, keyFile }: ExportedEvidence): Promise<unknown> {
  const { stdout } = await malachor(['verify', archive, '--key', keyFile, '--json']);
  return JSON.parse(stdout) as unknown;
}
