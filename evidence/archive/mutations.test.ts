import { nodeCryptography } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { fingerprintOf } from '../signer.ts';
import { entries, filesOf, lines, withFile, withFileAndManifest } from '../testing/forge.ts';
import {
  archiveKey,
  checkpointSigner,
  evidenceSigner,
  sampleArchiveInput,
  sampleSite,
  signerNamed,
} from '../testing/sample-evidence.ts';
import { createArchive } from './create-archive.ts';
import { describePlace, type ArchiveProblem } from './report.ts';
import { verifyArchive } from './verify-archive.ts';
import { layOutZip } from './zip.ts';

const input = sampleArchiveInput();
const archive = createArchive(input, evidenceSigner, sha256);
const layout = layOutZip(filesOf(archive));
const trustedKeys = [evidenceSigner, checkpointSigner].map(({ publicKey }) =>
  fingerprintOf(publicKey, sha256),
);
const foreignEntries = sampleSite('elsewhere', 12).entries;

type Random = (below: number) => number;

/** Integers below a bound, the same for the same seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Mutant {
  what: string;
  bytes: Uint8Array;
  /** Whether the verifier named the right place; any place will do where this is absent. */
  isNamed?: (problems: readonly ArchiveProblem[]) => boolean;
}

/** The file and line that a byte of the archive belongs to. */
function locate(offset: number): { path: string | undefined; line: number | undefined } {
  const region = layout.regions.findLast(({ start }) => start <= offset)!;
  if (!region.name.startsWith('the contents')) return { path: region.path, line: undefined };
  const before = archive.subarray(region.start, offset);
  return { path: region.path, line: before.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1) };
}

function flipBit(random: Random): Mutant {
  const offset = random(archive.length);
  const bit = random(8);
  const { path, line } = locate(offset);
  return {
    what: `bit ${bit} of byte ${offset} flipped (${path ?? 'ZIP end'}, line ${line ?? '-'})`,
    bytes: Uint8Array.from(archive).with(offset, archive[offset]! ^ (1 << bit)),
    isNamed: (problems) =>
      problems.some(({ place }) => place.offset === offset || (path !== undefined && place.file === path)) &&
      (line === undefined ||
        !path?.endsWith('.jsonl') ||
        problems.some(({ place }) => place.file === path && place.line === line)),
  };
}

function cutOut(random: Random): Mutant {
  const start = random(archive.length);
  const length = 1 + random(Math.min(2_000, archive.length - start));
  const bytes = Buffer.concat([archive.subarray(0, start), archive.subarray(start + length)]);
  return { what: `${length} bytes cut out at ${start}`, bytes };
}

function insert(random: Random): Mutant {
  const start = random(archive.length + 1);
  const added = Uint8Array.from({ length: 1 + random(50) }, () => random(256));
  const bytes = Buffer.concat([archive.subarray(0, start), added, archive.subarray(start)]);
  return { what: `${added.length} bytes inserted at ${start}`, bytes };
}

function truncate(random: Random): Mutant {
  const length = random(archive.length);
  return { what: `cut off after ${length} bytes`, bytes: archive.subarray(0, length) };
}

function swapBytes(random: Random): Mutant {
  const size = 1 + random(64);
  const [one, two] = [random(archive.length - size), random(archive.length - size)];
  const bytes = Uint8Array.from(archive);
  bytes.set(archive.subarray(two, two + size), one);
  bytes.set(archive.subarray(one, one + size), two);
  const isSame = Buffer.from(bytes).equals(archive);
  return isSame ? flipBit(random) : { what: `${size} bytes at ${one} and ${two} swapped`, bytes };
}

/** Changes the entries of one of the sites, with or without putting the manifest's digests right. */
function forge(random: Random, what: string, change: (text: string, count: number) => string): Mutant {
  const { site, entries: all } = input.sites[random(input.sites.length)]!;
  const file = `ledger/${site}/entries-000000.jsonl`;
  const apply = random(2) === 0 ? withFile : withFileAndManifest;
  return {
    what: `${site}: ${what}`,
    bytes: apply(archive, file, (text) => change(text, all.length)),
    isNamed: (problems) => problems.some(({ place }) => place.file === file),
  };
}

const forgeries: ((random: Random) => Mutant)[] = [
  (random) =>
    forge(random, 'an entry deleted', (text, count) => lines((all) => all.toSpliced(random(count), 1))(text)),
  (random) =>
    forge(random, 'two entries swapped', (text, count) => {
      const first = random(count);
      const second = (first + 1 + random(count - 1)) % count;
      return lines((all) => all.with(first, all[second]!).with(second, all[first]!))(text);
    }),
  (random) =>
    forge(random, 'an entry replayed', (text, count) =>
      lines((all) => all.toSpliced(random(count + 1), 0, all[random(count)]!))(text),
    ),
  (random) =>
    forge(random, 'an entry deleted and the chain rebuilt', (text, count) =>
      entries((all) => all.toSpliced(random(count), 1))(text),
    ),
  (random) =>
    forge(random, 'an entry of another site put in and the chain rebuilt', (text, count) =>
      entries((all) => all.with(random(count), foreignEntries[random(12)]!))(text),
    ),
  (random) =>
    forge(random, 'a signature taken from another entry and the chain rebuilt', (text, count) =>
      entries((all) => {
        const index = random(count);
        const { signatures } = all[(index + 1) % count]!.envelope;
        return all.with(index, { ...all[index]!, envelope: { ...all[index]!.envelope, signatures } });
      })(text),
    ),
  (random) =>
    forge(random, 'a time of recording changed and the chain rebuilt', (text, count) =>
      entries((all) => {
        const index = random(count);
        return all.with(index, { ...all[index]!, recordedAt: '2026-03-02T00:00:00.000Z' });
      })(text),
    ),
];

/** Everything made anew, and correctly, by someone with keys of their own. */
function substituteKeys(random: Random): Mutant {
  const forger = signerNamed(`forger ${random(1_000)}`);
  const keys = [archiveKey(forger, 'evidence'), ...input.keys.slice(random(2))];
  const sites = [sampleSite('north-clinic', 1 + random(8), random(3), forger)];
  const bytes = createArchive({ ...input, keys, sites }, forger, sha256);
  return {
    what: 'keys substituted and everything signed anew',
    bytes,
    isNamed: (problems) => problems.some(({ code }) => code === 'key_not_trusted'),
  };
}

const mutations = [
  flipBit,
  flipBit,
  flipBit,
  cutOut,
  insert,
  truncate,
  swapBytes,
  substituteKeys,
  ...forgeries,
];
const count = Number(process.env['MALACHOR_MUTATIONS'] ?? 300);
const firstSeed = Number(process.env['MALACHOR_MUTATION_SEED'] ?? 20_260_301);

describe('every mutation of an archive', () => {
  it(`is found and its place named, ${count} of them from seed ${firstSeed}`, async () => {
    expect(count).toBeGreaterThan(0);
    const missed: string[] = [];
    for (let number = 0; number < count; number++) {
      const seed = firstSeed + number;
      const random = randomFrom(seed);
      const mutant = mutations[seed % mutations.length]!(random);
      const { verified, problems } = await verifyArchive(mutant.bytes, {
        cryptography: nodeCryptography,
        trustedKeys,
      });
      const hasPlaces = problems.length > 0 && problems.every(({ place }) => describePlace(place) !== '');
      if (!verified && hasPlaces && (mutant.isNamed?.(problems) ?? true)) continue;
      const found = problems.map(({ code, place }) => `${code} at ${describePlace(place)}`).join('; ');
      missed.push(
        `MALACHOR_MUTATIONS=1 MALACHOR_MUTATION_SEED=${seed}: ${mutant.what} -> ${found || 'nothing'}`,
      );
    }
    expect(missed).toEqual([]);
  }, 600_000);
});
