import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../evidence/node/hasher.ts';
import { fingerprintOf } from '../../evidence/signer.ts';
import { type Subject, subjectOf } from '../../evidence/testing/mutations/subject.ts';
import { archiveBytes, sampleArchiveInputV2 } from '../../evidence/testing/sample-archive.ts';
import { checkpointSigner, evidenceSigner } from '../../evidence/testing/sample-evidence.ts';

/** Sound archives to be damaged, one of each format. */
export async function mutationSubjects(): Promise<Subject[]> {
  const trustedKeys = [evidenceSigner, checkpointSigner].map(({ publicKey }) =>
    fingerprintOf(publicKey, sha256),
  );
  const golden = readFileSync(join(import.meta.dirname, '../golden/archive-v1.zip'));
  return [
    subjectOf('format v1', golden, trustedKeys),
    subjectOf('format v2', await archiveBytes(sampleArchiveInputV2()), trustedKeys),
  ];
}
