import type { z } from 'zod';
import type {
  diffSiteChecks,
  listHostChecks,
  listSiteChecks,
  setSiteCheck,
} from '../../../contracts/api/checks.ts';
import type { FieldError } from '../../../contracts/api/problem.ts';
import type { Catalog } from '../../../contracts/catalog/catalog.ts';
import type { Actor } from '../../../contracts/decision.ts';
import { baselinesInUse } from '../../../domain/baselines/baseline-of.ts';
import { diffDigest } from '../../../domain/baselines/diff-digest.ts';
import { diffSettings, type SettingsDiff } from '../../../domain/baselines/diff-settings.ts';
import { effectiveChecks } from '../../../domain/baselines/effective-checks.ts';
import { refuseProposal, type SettingsProposal } from '../../../domain/baselines/refuse-proposal.ts';
import { isSameJson } from '../../../domain/decisions/is-same-json.ts';
import { isStale, type SiteFacts } from '../../../domain/score/site-evidence.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import { withoutUndefined } from '../../http/without-undefined.ts';
import type { StoredChecks } from './stored-checks.ts';

type Response<R extends { response: z.ZodType }> = z.input<R['response']>;
type Body<R extends { body: z.ZodType }> = z.output<R['body']>;

/** Checks of a site: their results, their settings, and what other settings would do. Rejects with ApiProblem. */
export interface CheckService {
  resultsOf(site: string, host: string): Promise<Response<typeof listHostChecks>>;
  settingsOf(site: string): Promise<Response<typeof listSiteChecks>>;
  diff(site: string, proposal: Body<typeof diffSiteChecks>): Promise<Response<typeof diffSiteChecks>>;
  /** Sets a check, if that still does what was shown under the request's `expectedDigest`. */
  set(
    site: string,
    check: string,
    request: Body<typeof setSiteCheck>,
    actor: Actor,
  ): Promise<Response<typeof setSiteCheck>>;
}

export interface CheckServicePorts {
  checks: StoredChecks;
  catalog: () => Catalog;
  clock: () => Date;
}

export function createCheckService({ checks, catalog, clock }: CheckServicePorts): CheckService {
  const weigh = async (site: string, proposal: SettingsProposal) => {
    const facts = await checks.facts(site);
    refuse(catalog(), proposal);
    const diff = diffSettings(catalog(), facts, proposal, clock().toISOString());
    return { facts, diff, digest: diffDigest(site, facts.overrides, proposal, diff, sha256) };
  };
  return {
    resultsOf: async (site, host) => {
      const facts = await checks.facts(site);
      requireHost(facts, host);
      const results = facts.results.filter((result) => result.host === host);
      const at = clock().toISOString();
      return {
        items: results.map((result) => {
          const { check, status, severity, message, facts: read, error, observedAt } = result;
          const definition = catalog().checks.get(check);
          const title = definition?.title ?? check;
          const base = { check, title, severity, status, message, facts: read, error, observedAt };
          return {
            ...withoutUndefined({ ...base, metric: definition?.metric }),
            isStale: isStale(result, at),
          };
        }),
      };
    },

    settingsOf: async (site) => {
      const [{ hosts, overrides }, changes] = await Promise.all([
        checks.facts(site),
        checks.latestChanges(site),
      ]);
      const { checks: known, baselines } = catalog();
      const items = effectiveChecks(known, baselinesInUse(baselines, hosts), overrides);
      return {
        items: items.map((item) => {
          const change = changes.find(({ check }) => check === item.check);
          return { ...item, ...(change === undefined ? {} : { lastChange: shownChange(change) }) };
        }),
      };
    },

    diff: async (site, { checks: overrides, baseline }) => {
      const proposal = { checks: overrides, ...(baseline === undefined ? {} : { baseline }) };
      const { diff, digest } = await weigh(site, proposal);
      return { site, digest, ...diff, needsScan: countUnknown(diff) };
    },

    set: async (site, check, { enabled, parameters, reason, expectedDigest }, actor) => {
      if (!catalog().checks.has(check))
        throw new ApiProblem('check_not_found', `The catalogue has no check ${check}.`);
      const after = { enabled, parameters, reason };
      const { facts, digest } = await weigh(site, { checks: { [check]: after } });
      const at = clock().toISOString();
      const change = { check, at, actor, reason, after, diffDigest: digest };
      const isAsShown = digest === expectedDigest;
      if (
        !isAsShown ||
        !(await checks.apply(site, change, ({ checks: now }) => isSameJson(now, facts.overrides)))
      )
        throw new ApiProblem(
          'diff_changed',
          'Settings or statuses have changed since: ask for the diff of exactly this change again, look at it, and send its digest.',
        );
      return { site, check, enabled, parameters, lastChange: shownChange(change) };
    },
  };
}

function shownChange({ actor, at, reason, diffDigest: shown }: Parameters<StoredChecks['apply']>[1]) {
  return { actor, at, reason, diffDigest: shown };
}

function countUnknown({ rows }: SettingsDiff): number {
  return rows.filter(({ after }) => after === 'needs_scan').length;
}

function requireHost({ hosts }: SiteFacts, host: string): void {
  if (hosts.some(({ id }) => id === host)) return;
  throw new ApiProblem('host_not_found', `The site has no host ${host}: see /api/hosts.`);
}

function refuse(catalog: Catalog, proposal: SettingsProposal): void {
  const problems = refuseProposal(catalog, proposal);
  if (problems.length === 0) return;
  const errors = problems.map(({ path, reason }): FieldError => {
    const pointer = path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return { in: 'body', pointer, message: reason };
  });
  throw new ApiProblem('settings_invalid', 'Correct the settings named in errors and send them again.', {
    errors,
  });
}
