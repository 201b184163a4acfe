import { addressDetectors, detectors } from '../../domain/phi/detectors.ts';
import { plainReadingOf } from '../../domain/phi/reading.ts';
import { indexDetectors, runDetectors } from '../../domain/phi/run-detectors.ts';
import { generateCorpus } from './generate-corpus.ts';

const all = [...detectors, ...addressDetectors];
const { text } = plainReadingOf(generateCorpus({ seed: 11, lines: 2_000, templates: 'both' }).text);

test('trying a pattern only where it could begin loses nothing that trying it everywhere finds', () => {
  const index = indexDetectors(all);
  const covered = new Uint8Array(text.length);
  for (const { start, end } of runDetectors(text, index)) covered.fill(1, start, end);
  const everywhere = indexDetectors(
    all.map(({ kind, pattern, accepts, extent }) => ({
      kind,
      pattern,
      ...(accepts && { accepts }),
      ...(extent && { extent }),
    })),
  );
  const lost = runDetectors(text, everywhere)
    .filter(({ start, end }) => !covered.subarray(start, end).every(Boolean))
    .map(({ kind, start, end }) => `${kind} ${text.slice(Math.max(0, start - 20), end)}`);
  expect(lost).toEqual([]);
});
