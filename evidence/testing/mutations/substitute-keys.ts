import { manifestEnvelopePath } from '../../archive/paths.ts';
import { signCheckpoint } from '../../checkpoint.ts';
import { ledgerRoot } from '../../ledger.ts';
import { createArchiveV1 } from '../create-archive-v1.ts';
import {
  archiveBytes,
  sampleArchiveInputV2,
  sampleArchiveSite,
  witnessName,
  witnessSigner,
} from '../sample-archive.ts';
import { archiveKey, sampleArchiveInput, sampleKeys, sampleSite, signerNamed } from '../sample-evidence.ts';
import { sha256 } from '../../node/hasher.ts';
import { pick, type Random } from './random.ts';
import type { Mutant, Subject } from './subject.ts';

/** Forgers whose whole archives are made once: each is as sound as the real one, but for whose it is. */
const forgers = Array.from({ length: 3 }, (_, number) => signerNamed(`forger ${number}`));
const made = new Map<string, Promise<Uint8Array>>();

/** Everything made anew, and correctly, by someone with keys of their own, with or without the real ones on the list. */
export async function substituteKeys({ name }: Subject, random: Random): Promise<Mutant> {
  const forger = pick(random, forgers);
  const realKeys = sampleKeys.slice(random(3));
  const keys = [archiveKey(forger, 'evidence'), archiveKey(forger, 'checkpoint'), ...realKeys];
  const id = `${name} ${forger.keyId} ${realKeys.length}`;
  const bytes = made.get(id) ?? forge(name, forger, keys);
  made.set(id, bytes);
  return {
    what: `everything signed anew by ${forger.keyId}, ${realKeys.length} real keys on the list`,
    bytes: await bytes,
    isNamed: (problems) =>
      problems.some(({ code, place }) => code === 'key_not_trusted' && place.file === manifestEnvelopePath) &&
      problems.some(({ code, place }) => code === 'key_not_trusted' && place.seq !== undefined) &&
      problems.some(
        ({ code, place }) => code === 'key_not_trusted' && place.file?.endsWith('checkpoint.txt'),
      ),
  };
}

async function forge(
  name: string,
  forger: (typeof forgers)[number],
  keys: ReturnType<typeof archiveKey>[],
): Promise<Uint8Array> {
  if (name.includes('v1')) {
    const site = sampleSite('north-clinic', 4, 2, forger);
    const { head } = site;
    const root = ledgerRoot(head, sha256);
    const checkpoint = signCheckpoint({ site: head.site, size: head.size, root }, forger, sha256);
    const sites = [{ ...site, checkpoint }];
    return createArchiveV1({ ...sampleArchiveInput(), keys, sites }, forger, sha256);
  }
  const site = sampleArchiveSite({
    site: 'north-clinic',
    total: 6,
    from: 0,
    to: 6,
    anchors: [{ size: 4, height: 900_001 }],
    signer: forger,
    logSigner: forger,
  });
  const witness = archiveKey(witnessSigner, 'witness', { name: witnessName });
  return archiveBytes(sampleArchiveInputV2({ keys: [...keys, witness], sites: [site] }), forger);
}
