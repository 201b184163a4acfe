import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that hold one site's data, and the column that names it. */
const siteTables = [
  ['site', 'id'],
  ['host', 'site'],
  ['incident', 'site'],
  ['ledger_entry', 'site'],
  ['ledger_head', 'site'],
  ['runbook_run', 'site'],
  ['planner_usage', 'site'],
  ['delivery', 'site'],
] as const;

const tables = `
create table site (
  id text not null constraint site_pk primary key,
  name text not null,
  policy jsonb not null,
  enrolled_at timestamptz not null default now()
);

create table host (
  site text not null constraint host_site_fk references site (id) on delete restrict,
  id text not null,
  os_family text not null,
  os_id text not null,
  os_version text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz,
  constraint host_pk primary key (site, id)
);

-- story is json, not jsonb: what a host said may hold NUL, which jsonb refuses.
create table incident (
  id text not null,
  opened_at timestamptz not null,
  site text not null constraint incident_site_fk references site (id) on delete restrict,
  host text not null,
  "check" text not null,
  title text not null,
  severity text not null,
  state text not null,
  tier text not null,
  resolution text,
  updated_at timestamptz not null,
  revision integer not null,
  attempts integer not null,
  story json not null,
  constraint incident_pk primary key (id, opened_at)
);
create index incident_by_site on incident (site, opened_at desc, id desc);
create index incident_by_age on incident (opened_at desc, id desc);
create index incident_open on incident (site, host, "check") where state <> 'closed';

-- envelope is json, not jsonb: it is kept as it was signed.
create table ledger_entry (
  site text not null constraint ledger_entry_site_fk references site (id) on delete restrict,
  seq integer not null constraint ledger_entry_seq check (seq >= 0),
  record_id text not null,
  previous_hash text not null constraint ledger_entry_previous_hash check (previous_hash ~ '^[0-9a-f]{64}$'),
  entry_hash text not null constraint ledger_entry_entry_hash check (entry_hash ~ '^[0-9a-f]{64}$'),
  recorded_at timestamptz not null,
  envelope json not null,
  constraint ledger_entry_pk primary key (site, seq),
  constraint ledger_entry_once unique (site, record_id)
);

create table ledger_head (
  site text not null constraint ledger_head_pk primary key
    constraint ledger_head_site_fk references site (id) on delete restrict,
  size integer not null default 0,
  -- Absent while the ledger is empty.
  head_hash text,
  frontier jsonb not null default '[]',
  checkpoint text,
  constraint ledger_head_whole check ((size = 0) = (head_hash is null))
);

create table runbook_run (
  site text not null constraint runbook_run_site_fk references site (id) on delete restrict,
  order_id uuid not null,
  host text not null,
  "check" text not null,
  incident text not null,
  runbook text not null,
  rule text,
  claimed_at timestamptz not null,
  lease_until timestamptz not null,
  result text,
  settled_at timestamptz,
  constraint runbook_run_pk primary key (site, order_id),
  constraint runbook_run_settled check ((result is null) = (settled_at is null))
);
create index runbook_run_open on runbook_run (site, lease_until) where result is null;
create index runbook_run_recent on runbook_run (site, settled_at);
create index runbook_run_rule on runbook_run (site, host, rule, claimed_at) where rule is not null;

create table planner_usage (
  site text not null constraint planner_usage_site_fk references site (id) on delete restrict,
  day date not null,
  tokens bigint not null,
  cost double precision not null,
  constraint planner_usage_pk primary key (site, day)
);

create table delivery (
  site text not null constraint delivery_site_fk references site (id) on delete restrict,
  id bigint generated always as identity constraint delivery_pk primary key,
  notification_id uuid not null,
  incident text not null,
  kind text not null,
  channel text not null,
  status text not null,
  detail text,
  at timestamptz not null
);
create index delivery_by_incident on delivery (site, incident, id desc);

create table signing_key (
  key_id text not null,
  purpose text not null,
  public_key text not null,
  first_used_at timestamptz not null,
  constraint signing_key_pk primary key (key_id, purpose)
);
`;

const guards = `
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: it is append-only', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end $$;

create function check_ledger_link() returns trigger language plpgsql as $$
begin
  if exists (select from ledger_entry where site = new.site) and not exists (
    select from ledger_entry where site = new.site and seq = new.seq - 1 and entry_hash = new.previous_hash
  ) then
    raise exception 'ledger entry % of site % does not follow its predecessor', new.seq, new.site
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create function check_ledger_growth() returns trigger language plpgsql as $$
begin
  if new.site <> old.site or new.size < old.size or (new.size = old.size and new.head_hash <> old.head_hash) then
    raise exception 'the ledger of site % only grows', old.site using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger ledger_entry_append_only before update or delete or truncate on ledger_entry
  for each statement execute function refuse_change();
create trigger ledger_entry_link before insert on ledger_entry
  for each row execute function check_ledger_link();
create trigger ledger_head_kept before delete or truncate on ledger_head
  for each statement execute function refuse_change();
create trigger ledger_head_growth before update on ledger_head
  for each row execute function check_ledger_growth();
create trigger signing_key_append_only before update or delete or truncate on signing_key
  for each statement execute function refuse_change();

alter table ledger_entry enable always trigger ledger_entry_append_only;
alter table ledger_entry enable always trigger ledger_entry_link;
alter table ledger_head enable always trigger ledger_head_kept;
alter table ledger_head enable always trigger ledger_head_growth;
alter table signing_key enable always trigger signing_key_append_only;
`;

const functions = `
create function project_incidents(
  p_site text, p_id text[], p_opened_at timestamptz[], p_host text[], p_check text[], p_title text[],
  p_severity text[], p_state text[], p_tier text[], p_resolution text[], p_updated_at timestamptz[],
  p_revision integer[], p_attempts integer[], p_story text[]
) returns void language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  insert into incident as known (id, opened_at, site, host, "check", title, severity, state, tier, resolution,
    updated_at, revision, attempts, story)
  select given.id, given.opened_at, p_site, given.host, given."check", given.title, given.severity, given.state,
    given.tier, given.resolution, given.updated_at, given.revision, given.attempts, given.story::json
  from unnest(p_id, p_opened_at, p_host, p_check, p_title, p_severity, p_state, p_tier, p_resolution,
    p_updated_at, p_revision, p_attempts, p_story)
    as given (id, opened_at, host, "check", title, severity, state, tier, resolution, updated_at, revision,
      attempts, story)
  order by given.id, given.opened_at
  on conflict (id, opened_at) do update set
    title = excluded.title, severity = excluded.severity, state = excluded.state, tier = excluded.tier,
    resolution = excluded.resolution, updated_at = excluded.updated_at, revision = excluded.revision,
    attempts = excluded.attempts, story = excluded.story
  where (known.updated_at, known.revision) <= (excluded.updated_at, excluded.revision);
end $$;

-- Appends when the ledger is where the caller believes it is and has none of the records; else changes nothing. A ledger
-- only grows, so its size tells how it stands.
create function append_to_ledger(
  p_site text, p_size integer, p_seq integer[], p_record_id text[], p_previous_hash text[], p_entry_hash text[],
  p_recorded_at timestamptz[], p_envelope text[], p_head_hash text, p_frontier jsonb, p_checkpoint text
) returns boolean language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  perform from ledger_head where site = p_site and size = p_size for update;
  if not found or exists (select from ledger_entry where site = p_site and record_id = any (p_record_id)) then
    return false;
  end if;
  insert into ledger_entry (site, seq, record_id, previous_hash, entry_hash, recorded_at, envelope)
  select p_site, given.seq, given.record_id, given.previous_hash, given.entry_hash, given.recorded_at,
    given.envelope::json
  from unnest(p_seq, p_record_id, p_previous_hash, p_entry_hash, p_recorded_at, p_envelope)
    as given (seq, record_id, previous_hash, entry_hash, recorded_at, envelope)
  order by given.seq;
  update ledger_head
    set size = p_size + cardinality(p_seq), head_hash = p_head_hash, frontier = p_frontier,
      checkpoint = coalesce(p_checkpoint, checkpoint)
    where site = p_site;
  return true;
end $$;

-- Both in one transaction, so that what is on record and what is shown cannot part.
create function record_incidents(
  p_site text, p_size integer, p_seq integer[], p_record_id text[], p_previous_hash text[], p_entry_hash text[],
  p_recorded_at timestamptz[], p_envelope text[], p_head_hash text, p_frontier jsonb, p_checkpoint text,
  p_id text[], p_opened_at timestamptz[], p_host text[], p_check text[], p_title text[],
  p_severity text[], p_state text[], p_tier text[], p_resolution text[], p_updated_at timestamptz[],
  p_revision integer[], p_attempts integer[], p_story text[]
) returns boolean language plpgsql as $$
begin
  if not append_to_ledger(p_site, p_size, p_seq, p_record_id, p_previous_hash, p_entry_hash, p_recorded_at,
    p_envelope, p_head_hash, p_frontier, p_checkpoint) then
    return false;
  end if;
  perform project_incidents(p_site, p_id, p_opened_at, p_host, p_check, p_title, p_severity, p_state, p_tier,
    p_resolution, p_updated_at, p_revision, p_attempts, p_story);
  return true;
end $$;
`;

/** Reads and writes that every incident makes, each in one round trip with its scope. */
const hotPaths = `
create function site_policy(p_site text) returns jsonb language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  return (select policy from site where id = p_site);
end $$;

create function last_rule_uses(p_site text, p_host text) returns table (rule text, at timestamptz)
language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  return query select run.rule, max(run.claimed_at) from runbook_run run
    where run.site = p_site and run.host = p_host and run.rule is not null
      and run.result is distinct from 'refused' group by run.rule;
end $$;

-- Nobody else claims at the site until the transaction ends. What is read after the lock is read as of after it.
create function lock_healing_facts(
  p_site text, p_at timestamptz, out claims json, out recent json, out host_count integer, out window_ms float8
) language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  perform pg_advisory_xact_lock(hashtextextended('healing/' || p_site, 0));
  window_ms := coalesce((select (policy -> 'circuitBreaker' ->> 'windowMs')::float8 from site where id = p_site), 0);
  select count(*) into host_count from host where site = p_site;
  select coalesce(json_agg(json_build_object('orderId', order_id, 'host', host, 'runbook', runbook,
      'leaseUntilMs', extract(epoch from lease_until) * 1000)), '[]')
    into claims from runbook_run where site = p_site and result is null and lease_until > p_at;
  select coalesce(json_agg(json_build_object('host', host, 'runbook', runbook, 'result', result,
      'atMs', extract(epoch from settled_at) * 1000) order by settled_at), '[]')
    into recent from runbook_run
    where site = p_site and settled_at > p_at - interval '1 millisecond' * window_ms;
end $$;

create function settle_runs(p_site text, p_order_id uuid[], p_result text[], p_at timestamptz[])
returns void language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  update runbook_run run set result = given.result, settled_at = given.at
    from unnest(p_order_id, p_result, p_at) as given (order_id, result, at)
    where run.site = p_site and run.order_id = given.order_id and run.result is null;
end $$;
`;

const isolation = siteTables
  .map(
    ([table, column]) => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy own_site on ${table}
  using (${column} = current_setting('malachor.site', true))
  with check (${column} = current_setting('malachor.site', true));
create policy read_all_sites on ${table} for select
  using (current_setting('malachor.scope', true) = 'all');
`,
  )
  .join('');

const grants = `
revoke all on all tables in schema public from public;
revoke execute on all functions in schema public from public;
grant usage on schema public to malachor_app;
grant select, insert, update on site, host, incident, ledger_head, runbook_run, planner_usage to malachor_app;
grant select, insert on ledger_entry, delivery, signing_key to malachor_app;
grant execute on function project_incidents, append_to_ledger, record_incidents, site_policy, last_rule_uses,
  lock_healing_facts, settle_runs to malachor_app;
`;

/**
 * The first tables. Tenants are kept apart by row-level security, forced on the owner as well; what is appended to a
 * ledger is refused change by triggers and by missing grants.
 *
 * Going down is refused while any ledger holds an entry: evidence is kept for six years (45 CFR 164.316(b)(2)(i)).
 */
export class FirstTables1795400000000 implements MigrationInterface {
  readonly name = 'FirstTables1795400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, guards, functions, hotPaths, isolation, grants])
      await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        perform set_config('malachor.scope', 'all', true);
        if exists (select from ledger_entry) then
          raise exception 'a ledger holds evidence: export it and drop the database yourself if you must';
        end if;
      end $$`);
    await queryRunner.query(
      `drop function settle_runs, lock_healing_facts, last_rule_uses, site_policy, record_incidents, append_to_ledger,
        project_incidents`,
    );
    await queryRunner.query(
      'drop table signing_key, delivery, planner_usage, runbook_run, ledger_head, ledger_entry, incident, host, site',
    );
    await queryRunner.query('drop function check_ledger_growth, check_ledger_link, refuse_change');
  }
}
