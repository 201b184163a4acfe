import { z } from 'zod';
import { type Controls, controlsSchema } from '../../contracts/controls.ts';
import { checkIdSchema } from '../../contracts/ids.ts';
import type { Cryptography } from '../signer.ts';
import type { ArchiveFiles } from './archive-files.ts';
import { parseJsonFile } from './json-file.ts';
import { readControlsPath } from './paths.ts';
import type { Report } from './report.ts';

/** What each check stands for, by its id. */
export type ControlMapFile = Readonly<Record<string, Controls>>;

const controlMapSchema = z.record(checkIdSchema, controlsSchema);

/**
 * Verifies the maps of controls: each is what its name is the digest of. One that a scan means and that is not there is no damage.
 * `take` gets each that is sound.
 */
export async function verifyControls(
  files: ArchiveFiles,
  { sha256 }: Cryptography,
  report: Report,
  take?: (map: ControlMapFile) => void,
): Promise<void> {
  for (const file of files.paths) {
    const read = readControlsPath(file);
    if (!read?.digest) continue;
    const bytes = (await files.read(file)) ?? new Uint8Array();
    const map = parseJsonFile(bytes, controlMapSchema);
    if (!map.ok) report('controls_invalid', { file }, `This is no map of controls: ${map.reason}.`);
    else if (sha256(bytes.subarray(0, -1)) !== read.digest)
      report('controls_invalid', { file }, 'The map of controls is another than its name says.');
    else take?.(map.value);
  }
}
