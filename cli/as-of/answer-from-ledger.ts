import { EntryOrder } from '../../evidence/archive/entry-order.ts';
import { writeJsonFile } from '../../evidence/archive/json-file.ts';
import { readKeyHistory } from '../../evidence/archive/key-history.ts';
import { describePlace, type Place, type Report } from '../../evidence/archive/report.ts';
import { verifyEntry } from '../../evidence/archive/verify-entry.ts';
import { encodeUtf8 } from '../../evidence/bytes.ts';
import { canonicalJson } from '../../evidence/canonical-json.ts';
import { parseCheckpoint } from '../../evidence/checkpoint.ts';
import { AsOf, type AsOfQuestion } from '../../evidence/completeness/as-of.ts';
import { timelineEntry } from '../../evidence/completeness/timeline-entry.ts';
import { emptyHead, ledgerRoot } from '../../evidence/ledger.ts';
import { appendLeaf } from '../../evidence/merkle.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Signer } from '../../evidence/signer.ts';
import { openStatement } from '../../evidence/statements/open-statement.ts';
import type { Persistence } from '../../persistence/create-persistence.ts';
import type { LedgerSummary } from '../../persistence/ledger.ts';
import { allKeys, archiveKeys } from '../archive-keys.ts';
import { disclosedPages } from '../build-archive.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { SourcedAnswer } from './answer.ts';

/**
 * Answers from the ledger in the database, of which every entry is verified on the way as in an archive. Throws CommandError where
 * one is not genuine; rejects with PersistenceError.
 */
export async function answerFromLedger(
  question: AsOfQuestion,
  { site, persistence, signer }: { site: string; persistence: Persistence; signer: Signer },
): Promise<SourcedAnswer> {
  const summary = await persistence.ledger.summary(site);
  const stored = await allKeys(persistence, site);
  const keys = archiveKeys(stored, signer, summary.firstRecordedAt ?? new Date(0).toISOString());
  const context = {
    keys: readKeyHistory(writeJsonFile({ keys }), undefined, sha256, refuse),
    cryptography: nodeCryptography,
    report: refuse,
  };
  const asked = new AsOf(question);
  let head = emptyHead(site, sha256);
  const order = new EntryOrder(head, refuse);
  for await (const page of disclosedPages(persistence.ledger, site, summary.entries)) {
    for (const { entry, disclosures } of page) {
      const place = { seq: entry.seq };
      const read = await verifyEntry(site, encodeUtf8(canonicalJson(entry)), place, context);
      order.take(read, place);
      const { size, frontier } = appendLeaf(head, entry.entryHash, sha256);
      head = { site, size, headHash: entry.entryHash, frontier };
      if (!read?.statement) continue;
      const opened = openStatement(read.statement, disclosures, sha256);
      for (const problem of opened.problems) refuse('disclosure_invalid', place, problem.message);
      asked.take(timelineEntry(entry, read.statement, opened.disclosed));
    }
  }
  refuseOtherTree(summary, head.size, ledgerRoot(head, sha256));
  const maps = await persistence.controlMaps.list();
  const { firstRecordedAt: from, lastRecordedAt: to, checkpoint } = summary;
  return {
    ...asked.answer([...maps.values()], sha256),
    source: {
      kind: 'ledger',
      site,
      firstSeq: 0,
      entries: head.size,
      ...(from !== undefined && to !== undefined ? { from, to } : {}),
      ...(checkpoint !== undefined && { checkpoint }),
    },
  };
}

function refuseOtherTree({ entries, checkpoint }: LedgerSummary, size: number, root: string): void {
  const signed = checkpoint === undefined ? undefined : parseCheckpoint(checkpoint)?.checkpoint;
  if (size !== entries)
    refuse('entry_missing', {}, `The ledger has ${entries} entries, and ${size} are there.`);
  if (signed?.size === size && signed.root !== root)
    refuse('checkpoint_root_mismatch', {}, 'The signed checkpoint is of other entries.');
}

const refuse: Report = (code, place: Place, message) => {
  throw new CommandError(
    `the ledger is damaged, so nothing is answered from it. ${describePlace(place)}: ${message} (${code})`,
    'Keep the database as it is, and compare it with archives and with the objects under lock.',
    exitCodes.negative,
  );
};
