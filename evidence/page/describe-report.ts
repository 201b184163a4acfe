import type { Gap } from '../completeness/gap.ts';
import {
  anchoredUpTo,
  type ArchiveProblem,
  type ArchiveReport,
  describePlace,
  type SiteReport,
} from '../archive/report.ts';

/** What a verification found, in plain words, for a person who knows none of ours. */
export interface ReportText {
  readonly verdict: 'verified' | 'damaged';
  readonly heading: string;
  readonly meaning: string;
  readonly problems: readonly ProblemText[];
  /** Of problems that are not shown. */
  readonly more: string | undefined;
  readonly sites: readonly {
    readonly name: string;
    readonly lines: readonly string[];
    readonly gaps: readonly string[];
  }[];
  readonly keys: readonly { readonly use: string; readonly fingerprint: string; readonly isGiven: boolean }[];
  readonly keyNote: string;
}

export interface ProblemText {
  readonly place: string;
  readonly message: string;
  readonly code: string;
}

/** More problems than a person reads. */
const problemsShown = 100;

export function describeReport(report: ArchiveReport): ReportText {
  const { verified, problems, sites, keys, keySource } = report;
  const total = problems.length + report.problemsOmitted;
  return {
    verdict: verified ? 'verified' : 'damaged',
    heading: verified ? 'Verified' : `Damaged: ${count(total, 'problem')}`,
    meaning: verified
      ? 'Every byte of this archive is as its signer made it: nothing was changed, removed, added or put in another order.'
      : 'This archive is not as its signer made it. What differs, and where, is listed below.',
    problems: problems.slice(0, problemsShown).map(describeProblem),
    more: total > problemsShown ? `${total - problemsShown} more problems are not shown here.` : undefined,
    sites: sites.map((site) => ({ name: site.site, lines: siteLines(site), gaps: gapLines(site) })),
    keys: keys.map(({ purpose, name, fingerprint, isPinned }) => ({
      use: name === undefined ? (keyUses[purpose] ?? purpose) : `witness ${name}`,
      fingerprint,
      isGiven: isPinned,
    })),
    keyNote:
      keySource === 'pinned'
        ? 'Only signatures by the fingerprints you gave were accepted.'
        : 'These keys come from the archive itself. Compare each fingerprint with one that you got another way: whoever forges an archive also writes its keys.',
  };
}

const keyUses: Partial<Record<string, string>> = {
  evidence: 'signs records and archives',
  checkpoint: 'signs checkpoints',
  order: 'signs orders',
};

function describeProblem({ code, place, message }: ArchiveProblem): ProblemText {
  return { place: describePlace(place) || 'the archive', message, code };
}

function siteLines(site: SiteReport): string[] {
  const { entries, firstSeq, kinds, from, to, checkpointSize, fields } = site;
  const last = firstSeq + entries - 1;
  return [
    entries === 0
      ? `No entries, from number ${firstSeq} on.`
      : `${count(entries, 'entry', 'entries')}, number ${firstSeq} to ${last}` +
        (from !== undefined && to !== undefined ? `, recorded ${from} to ${to}.` : '.'),
    checkpointSize === undefined
      ? 'No readable checkpoint.'
      : `The signed checkpoint covers ${count(checkpointSize, 'entry', 'entries')} from the beginning of the ledger.`,
    `They are ${count(kinds.incidents, 'record')} of incidents, ${count(kinds.scanPages, 'page')} of scans and ${count(kinds.heartbeats, 'heartbeat')}.`,
    ...anchorLines(site),
    ...witnessLines(site),
    ...(fields.disclosed + fields.withheld === 0
      ? []
      : [
          `Of ${count(fields.disclosed + fields.withheld, 'hidden field')} ${fields.disclosed} are shown and ${fields.withheld} were kept back.`,
        ]),
  ];
}

function anchorLines(site: SiteReport): string[] {
  const anchored = anchoredUpTo(site);
  const unchecked = site.anchors.flatMap(({ attestations }) =>
    attestations.filter((attestation) => attestation.kind === 'unchecked' && attestation.what === 'rfc3161'),
  );
  const stamped = site.anchors.flatMap(({ size, attestations }) =>
    attestations
      .filter((attestation) => attestation.kind === 'rfc3161')
      .map(
        ({ time, authority }) => `Entries up to ${size - 1} have a time stamp of ${time} by ${authority}.`,
      ),
  );
  const times = [
    ...stamped,
    ...(unchecked.length === 0
      ? []
      : [
          `${count(unchecked.length, 'time stamp')} of other authorities not checked here; malachor verify does.`,
        ]),
  ];
  if (!anchored) return ['No entry is anchored in a Bitcoin block.', ...times];
  const { seq, block } = anchored;
  const rest = site.firstSeq + site.entries - 1 - seq;
  const found = `its hash is ${block.blockHash}, which took about 2^${block.workBits} tries to find`;
  const trust = block.isTrusted
    ? 'The block is one of those you gave.'
    : block.workBits < leastWorkBits
      ? `That block is of a test chain or made up: ${found}.`
      : `Compare the block with any Bitcoin explorer: ${found}.`;
  const condition = block.isTrusted ? '' : ', if that block is genuine';
  return [
    `Entries up to number ${seq} existed by Bitcoin block ${block.height}, ${block.time}${condition}.`,
    trust,
    ...(rest > 0 ? [`${count(rest, 'later entry is', 'later entries are')} not anchored yet.`] : []),
    ...times,
  ];
}

/** No block of Bitcoin itself since 2015 was found with less. */
const leastWorkBits = 66;

function witnessLines({ witnesses }: SiteReport): string[] {
  const furthest = new Map<string, (typeof witnesses)[number]>();
  for (const witness of witnesses) {
    if (witness.size >= (furthest.get(witness.name)?.size ?? 0)) furthest.set(witness.name, witness);
  }
  return [...furthest.values()].map(
    ({ name, size, at }) =>
      `Witness ${name} has seen the ledger of ${count(size, 'entry', 'entries')} at ${at}.`,
  );
}

const reasons: Record<Gap['reason'], string> = {
  appliance_down: 'the appliance was not running',
  unreachable: 'the appliance was running and could not be reached',
  silent: 'the appliance was running and made no scan',
  records_missing: 'the appliance made records that are not in the ledger',
  undetermined: 'it cannot be told why',
};

function gapLines({ gaps, anomalies }: SiteReport): string[] {
  if (!gaps)
    return ['The archive does not say how often records were due, so gaps in time cannot be listed.'];
  const lines = gaps.map(
    ({ what, from, to, missed, reason }) =>
      `${from} to ${to}: ${missed} ${what} missing; ${reasons[reason]}.`,
  );
  const odd = (anomalies ?? []).map(
    ({ kind, entries }) => `${kind.replaceAll('_', ' ')} (entries ${entries.join(', ')})`,
  );
  return [
    ...(lines.length === 0 ? ['No gaps: every heartbeat and scan that was due is on record.'] : lines),
    ...odd,
  ];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
