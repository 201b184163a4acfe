import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCryptography } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { fingerprintOf } from '../signer.ts';
import { runMutations } from '../testing/mutations/run-mutations.ts';
import { subjectOf } from '../testing/mutations/subject.ts';
import { archiveBytes, sampleArchiveInputV2 } from '../testing/sample-archive.ts';
import { checkpointSigner, evidenceSigner } from '../testing/sample-evidence.ts';
import { verifyArchive } from './verify-archive.ts';

const count = Number(process.env['MALACHOR_TEST_MUTATIONS'] ?? 2_000);
const firstSeed = Number(process.env['MALACHOR_TEST_MUTATIONS_SEED'] ?? 20_260_301);
const trustedKeys = [evidenceSigner, checkpointSigner].map(({ publicKey }) =>
  fingerprintOf(publicKey, sha256),
);
/** Far more than a mutation takes, for machines that have other things to do. */
const timeoutMs = 60_000 + count * 100;

describe('every mutation of an archive', () => {
  it(
    `is found and its place named, ${count} of them from seed ${firstSeed}`,
    async () => {
      expect(count).toBeGreaterThan(0);
      const golden = readFileSync(join(import.meta.dirname, '../../test/golden/archive-v1.zip'));
      const subjects = [
        subjectOf('format v1', golden, trustedKeys),
        subjectOf('format v2', await archiveBytes(sampleArchiveInputV2()), trustedKeys),
      ];
      for (const { bytes } of subjects) {
        const sound = await verifyArchive(bytes, { cryptography: nodeCryptography, trustedKeys });
        expect(sound.problems).toEqual([]);
      }

      const started = performance.now();
      const missed = await runMutations({ subjects, cryptography: nodeCryptography, count, firstSeed });
      const seconds = (performance.now() - started) / 1_000;
      process.stderr.write(
        `${count} mutations from seed ${firstSeed}: ${count - missed.length} found and named, ` +
          `${Math.round(count / seconds)} a second\n`,
      );
      const again = missed.map(
        ({ seed, what, found }) =>
          `MALACHOR_TEST_MUTATIONS=1 MALACHOR_TEST_MUTATIONS_SEED=${seed}: ${what} -> ${found}`,
      );
      expect(again).toEqual([]);
    },
    timeoutMs,
  );
});
