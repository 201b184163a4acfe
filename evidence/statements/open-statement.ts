import type { Sha256 } from '../digest.ts';
import { openPredicate } from '../disclosure/open-predicate.ts';
import { type DisclosureProblem, verifyDisclosures } from '../disclosure/verify-disclosures.ts';
import { incidentPredicateType, incidentRecordSchema } from './incident-v1.ts';
import { incidentV2PredicateType } from './incident-v2.ts';
import type { Statement } from './read-statement.ts';
import { scanPageSchema, scanPredicateType } from './scan-v1.ts';

export interface OpenedStatement {
  /** Whether every disclosure is genuine and what they show is what such a statement may hold. */
  readonly ok: boolean;
  /** The predicate as far as it is shown; commitments stand where values were kept back. */
  readonly predicate: unknown;
  /** Values by JSON Pointer, as `timelineEntry` takes them. */
  readonly disclosed: ReadonlyMap<string, unknown>;
  /** Places whose values were kept back. */
  readonly withheld: readonly string[];
  readonly problems: readonly (
    DisclosureProblem | { readonly code: 'content_unfit'; readonly message: string }
  )[];
}

/**
 * What a statement says, as far as its disclosures show it. Where nothing is kept back the whole must fit the predicate in
 * clear: who signs can commit to anything, as to a host that no host can be called, and `content_unfit` says so.
 *
 * @param disclosures from an untrusted source; an empty list for a statement that hides nothing
 */
export function openStatement(statement: Statement, disclosures: unknown, sha256: Sha256): OpenedStatement {
  const hidesNothing = statement.predicateType === incidentPredicateType;
  const verdict = verifyDisclosures(hidesNothing ? { predicate: {} } : statement, disclosures, sha256);
  const { disclosed, withheld } = verdict;
  const predicate = hidesNothing ? statement.predicate : openPredicate(statement.predicate, disclosed);
  const schema = clearSchema(statement.predicateType);
  const fit = withheld.length === 0 ? schema?.safeParse(predicate) : undefined;
  if (!verdict.ok || fit?.success !== false)
    return { ok: verdict.ok, predicate, disclosed, withheld, problems: verdict.problems };
  const issue = fit.error.issues[0];
  const message = `What is shown cannot be: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`;
  return { ok: false, predicate, disclosed, withheld, problems: [{ code: 'content_unfit', message }] };
}

function clearSchema(type: Statement['predicateType']) {
  if (type === incidentV2PredicateType) return incidentRecordSchema;
  return type === scanPredicateType ? scanPageSchema : undefined;
}
