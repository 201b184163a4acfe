import { createTokenVerifier } from '../../evidence/anchor/verify-token.ts';
import {
  anchoredUpTo,
  type ArchiveReport,
  describePlace,
  type SiteReport,
} from '../../evidence/archive/report.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import type { ControlMapFile } from '../../evidence/archive/verify-controls.ts';
import { AsOf, type AsOfQuestion } from '../../evidence/completeness/as-of.ts';
import { timelineEntry } from '../../evidence/completeness/timeline-entry.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { trustedFingerprints, withArchiveFile } from '../open-archive.ts';
import type { SourcedAnswer } from './answer.ts';

export interface ArchiveQuestion {
  readonly file: string;
  /** Which, of an archive of several. */
  readonly site?: string | undefined;
  /** Fingerprints, or PEM files of public keys, whose signatures count. */
  readonly keys: readonly string[];
}

/** Answers from an archive, which is verified on the way. Throws CommandError where it does not verify, whatever it says. */
export async function answerFromArchive(
  question: AsOfQuestion,
  { file, site, keys }: ArchiveQuestion,
): Promise<SourcedAnswer> {
  const trustedKeys = await trustedFingerprints(keys);
  const asked = new Map<string, AsOf>();
  const askedOf = (name: string) => {
    const known = asked.get(name) ?? new AsOf(question);
    asked.set(name, known);
    return known;
  };
  const controlMaps: ControlMapFile[] = [];
  const report = await withArchiveFile(file, (source) =>
    verifyArchive(source, {
      cryptography: nodeCryptography,
      trustedKeys,
      verifyToken: createTokenVerifier(),
      onEntry: (name, entry, statement, disclosed) => {
        if (site === undefined || name === site)
          askedOf(name).take(timelineEntry(entry, statement, disclosed));
      },
      onControls: (map) => {
        controlMaps.push(map);
      },
    }),
  );
  refuseDamaged(file, report);
  const own = siteOf(file, site, report);
  const resting = askedOf(own.site).answer(controlMaps, sha256);
  const anchored = anchoredUpTo(own);
  const { firstSeq, entries, from, to } = own;
  return {
    ...resting,
    source: {
      kind: 'archive',
      site: own.site,
      firstSeq,
      entries,
      ...(from !== undefined && to !== undefined ? { from, to } : {}),
      ...(anchored && {
        anchored: { seq: anchored.seq, height: anchored.block.height, time: anchored.block.time },
      }),
      keySource: report.keySource,
    },
  };
}

function refuseDamaged(file: string, { verified, problems, problemsOmitted }: ArchiveReport): void {
  if (verified) return;
  const [first] = problems;
  const where = first ? `${describePlace(first.place)}: ${first.message}` : '';
  throw new CommandError(
    `${file} is damaged in ${problems.length + problemsOmitted} places, so nothing is answered from it. ${where}`,
    `See all of it with: malachor verify ${file}`,
    exitCodes.negative,
  );
}

function siteOf(file: string, site: string | undefined, { sites }: ArchiveReport): SiteReport {
  const names = sites.map((each) => each.site).join(', ');
  const found = site === undefined ? sites : sites.filter((each) => each.site === site);
  const [own] = found;
  if (own && found.length === 1) return own;
  throw site === undefined && own
    ? new CommandError(`${file} is of several sites`, `Name one with --site: ${names}.`, exitCodes.usage)
    : new CommandError(`${file} is not of that site`, `It is of ${names || 'none'}.`, exitCodes.usage);
}
