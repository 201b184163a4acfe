import { mutationSubjects } from '../../test/mutations/mutation-subjects.ts';
import { runMutationsInThreads, split } from '../../test/mutations/run-in-threads.ts';
import { nodeCryptography } from '../node/ed25519.ts';
import { verifyArchive } from './verify-archive.ts';

const count = Number(process.env['MALACHOR_TEST_MUTATIONS'] ?? 2_000);
const firstSeed = Number(process.env['MALACHOR_TEST_MUTATIONS_SEED'] ?? 20_260_301);
/** Far more than a mutation takes, for machines that have other things to do. */
const timeoutMs = 60_000 + count * 100;

describe('every mutation of an archive', () => {
  it('is made of archives that verify', async () => {
    const subjects = await mutationSubjects();
    expect(subjects.map(({ name }) => name)).toEqual(['format v1', 'format v2']);
    for (const { bytes, trustedKeys } of subjects) {
      const sound = await verifyArchive(bytes, { cryptography: nodeCryptography, trustedKeys });
      expect(sound.problems).toEqual([]);
    }
  });

  it(
    `is found and its place named, ${count} of them from seed ${firstSeed}`,
    async () => {
      expect(count).toBeGreaterThan(0);
      const started = performance.now();
      const missed = await runMutationsInThreads({ firstSeed, count });
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

  it.each([
    [1, 4],
    [7, 2],
    [10, 3],
    [12, 12],
    [9, 8],
  ])('is made once, where %i are shared among %i threads', (total, threads) => {
    const parts = split({ firstSeed: 100, count: total }, threads);
    const seeds = parts.flatMap((part) => Array.from({ length: part.count }, (_, n) => part.firstSeed + n));
    expect(seeds).toEqual(Array.from({ length: total }, (_, n) => 100 + n));
    expect(parts.length).toBeLessThanOrEqual(threads);
  });
});
