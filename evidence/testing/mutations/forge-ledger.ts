import { entriesPath, manifestPath } from '../../archive/paths.ts';
import { encodeUtf8 } from '../../bytes.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { entryHash, type LedgerEntry } from '../../ledger.ts';
import { sha256 } from '../../node/hasher.ts';
import { signerNamed, sampleSite } from '../sample-evidence.ts';
import { pick, type Random } from './random.ts';
import { assemble, entriesOf, repairs } from './repair.ts';
import { type Mutant, siteNames, type Subject } from './subject.ts';

/** What somebody without the keys does to the entries of a ledger. */
interface LedgerForgery {
  readonly what: string;
  /** Whether all hashes of the chain are put right, from the first entry on. */
  readonly isRebuilt: boolean;
  readonly change: (entries: LedgerEntry[], random: Random, others: readonly LedgerEntry[]) => LedgerEntry[];
}

const forgeries: readonly LedgerForgery[] = [false, true].flatMap((isRebuilt): LedgerForgery[] => [
  {
    what: 'an entry deleted',
    isRebuilt,
    change: (entries, random) => entries.toSpliced(random(entries.length), 1),
  },
  {
    what: 'the end cut off',
    isRebuilt,
    change: (entries, random) => entries.slice(0, random(entries.length)),
  },
  {
    what: 'two entries swapped',
    isRebuilt,
    change: (entries, random) => {
      const one = random(entries.length);
      const two = (one + 1 + random(entries.length - 1)) % entries.length;
      return entries
        .with(
          one,
          pick(() => two, entries),
        )
        .with(
          two,
          pick(() => one, entries),
        );
    },
  },
  {
    what: 'an entry replayed',
    isRebuilt,
    change: (entries, random) => entries.toSpliced(random(entries.length + 1), 0, pick(random, entries)),
  },
  {
    what: 'an entry of another site put in',
    isRebuilt,
    change: (entries, random, others) => entries.with(random(entries.length), pick(random, others)),
  },
  {
    what: 'an entry of another site added at the end',
    isRebuilt,
    change: (entries, random, others) => [...entries, pick(random, others)],
  },
  {
    what: 'a signature taken from another entry',
    isRebuilt,
    change: (entries, random) => {
      const index = random(entries.length);
      const entry = pick(() => index, entries);
      const { signatures } = pick(() => (index + 1) % entries.length, entries).envelope;
      return entries.with(index, { ...entry, envelope: { ...entry.envelope, signatures } });
    },
  },
  {
    what: 'a bundle signed by a stranger',
    isRebuilt,
    change: (entries, random) => {
      const strange = sampleSite('north-clinic', 1, 0, signerNamed('stranger')).entries;
      const index = random(entries.length);
      return entries.with(index, {
        ...pick(() => index, entries),
        envelope: pick(() => 0, strange).envelope,
      });
    },
  },
  {
    what: 'a time of recording shifted',
    isRebuilt,
    change: (entries, random) => {
      const index = random(entries.length);
      const entry = pick(() => index, entries);
      const shift = (1 + random(100_000)) * (random(2) === 0 ? 1_000 : -1_000);
      const recordedAt = new Date(Date.parse(entry.recordedAt) + shift).toISOString();
      return entries.with(index, { ...entry, recordedAt });
    },
  },
]);

export function forgeLedger(subject: Subject, random: Random): Mutant {
  const site = pick(random, siteNames(subject));
  const { what, isRebuilt, change } = pick(random, forgeries);
  const repair = pick(random, repairs);
  const others = siteNames(subject)
    .filter((name) => name !== site)
    .flatMap((name) => entriesOf(subject.files, name));
  const before = entriesOf(subject.files, site);
  const changed = change(before, random, others);
  const after = isRebuilt ? rebuilt(changed, before) : changed;
  const files = new Map(subject.files);
  files.set(entriesPath(site, 0), encodeUtf8(after.map((entry) => `${canonicalJson(entry)}\n`).join('')));
  return {
    what: `${site}: ${what}${isRebuilt ? ', the chain rebuilt' : ''}, repaired: ${repair}`,
    bytes: assemble(subject, files, repair, signerNamed('forger')),
    // With only checksums right, the file itself differs; else the ledger or its checkpoint does, and the manifest, too.
    isNamed: (problems) =>
      problems.some(({ place }) => place.file?.startsWith(`ledger/${site}/`)) &&
      (repair === 'checksums' ||
        problems.some(({ place }) => place.file === manifestPath || place.file === 'manifest.dsse.json')),
  };
}

/** The same envelopes and times with numbers and hashes that fit, from the first entry's number and previous hash on. */
function rebuilt(changed: readonly LedgerEntry[], before: readonly LedgerEntry[]): LedgerEntry[] {
  let seq = before[0]?.seq ?? 0;
  let previousHash = before[0]?.previousHash ?? '';
  return changed.map(({ envelope, recordedAt }) => {
    const content = { seq: seq++, previousHash, envelope, recordedAt };
    previousHash = entryHash(content, sha256);
    return { ...content, entryHash: previousHash };
  });
}
