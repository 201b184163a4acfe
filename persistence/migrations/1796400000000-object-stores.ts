import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
-- Stores that objects of evidence are put into, and how the newest try went. Names no site.
create table object_store (
  name text constraint object_store_pk primary key,
  kind text not null constraint object_store_kind check (kind in ('local', 's3')),
  -- compliance, immutable or advisory, as found out; absent until it could be opened.
  level text,
  can_hold boolean not null,
  seen_at timestamptz not null,
  failing_since timestamptz,
  -- {"code","message","nextStep"} of the newest failure; absent while it works.
  failure jsonb,
  constraint object_store_failing check ((failing_since is null) = (failure is null))
);

-- How much of a site's ledger is in a store, and which plan and hold its objects are in line with.
create table stored_ledger (
  site text not null constraint stored_ledger_site_fk references site (id) on delete restrict,
  store text not null constraint stored_ledger_store_fk references object_store (name) on delete restrict,
  entries integer not null constraint stored_ledger_entries check (entries >= 0),
  checkpoint_size integer not null constraint stored_ledger_checkpoint check (checkpoint_size >= 0),
  applied_plan text not null,
  applied_hold bigint,
  applied_at timestamptz not null,
  stored_at timestamptz not null,
  -- {"code","message","at"} of what keeps this site's evidence from its store, or lies there in its place.
  problem jsonb,
  constraint stored_ledger_pk primary key (site, store)
);

-- Checkpoints that are, or are about to be, in stores: written before they are put, so that what is put can be put again.
create table stored_checkpoint (
  site text not null constraint stored_checkpoint_site_fk references site (id) on delete restrict,
  size integer not null constraint stored_checkpoint_size check (size > 0),
  checkpoint text not null,
  recorded_at timestamptz not null,
  constraint stored_checkpoint_pk primary key (site, size)
);

-- Each change of a site's legal hold; the newest one counts.
create table legal_hold (
  id bigint generated always as identity constraint legal_hold_pk primary key,
  site text not null constraint legal_hold_site_fk references site (id) on delete restrict,
  is_on boolean not null,
  reason text not null constraint legal_hold_reason check (length(reason) between 1 and 500),
  actor text not null constraint legal_hold_actor check (length(actor) between 1 and 200),
  at timestamptz not null
);
create index legal_hold_by_site on legal_hold (site, id desc);

-- What each comparison of ledger and store found.
create table reconciliation (
  site text not null constraint reconciliation_site_fk references site (id) on delete restrict,
  store text not null constraint reconciliation_store_fk references object_store (name) on delete restrict,
  started_at timestamptz not null,
  report jsonb not null,
  constraint reconciliation_pk primary key (site, store, started_at)
);
`;

const siteTables = ['stored_ledger', 'stored_checkpoint', 'legal_hold', 'reconciliation'];
const appendOnly = ['stored_checkpoint', 'legal_hold', 'reconciliation'];

const guards = `
create function check_stored_ledger() returns trigger language plpgsql as $$
begin
  if new.site <> old.site or new.store <> old.store
     or new.entries < old.entries or new.checkpoint_size < old.checkpoint_size then
    raise exception 'what is stored does not become less' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger stored_ledger_grows before update on stored_ledger for each row execute function check_stored_ledger();
alter table stored_ledger enable always trigger stored_ledger_grows;
create trigger stored_ledger_kept before delete or truncate on stored_ledger
  for each statement execute function refuse_change();
alter table stored_ledger enable always trigger stored_ledger_kept;
create trigger object_store_kept before delete or truncate on object_store
  for each statement execute function refuse_change();
alter table object_store enable always trigger object_store_kept;
${appendOnly
  .map(
    (table) => `
create trigger ${table}_append_only before update or delete or truncate on ${table}
  for each statement execute function refuse_change();
alter table ${table} enable always trigger ${table}_append_only;`,
  )
  .join('\n')}
`;

const isolation = siteTables
  .map(
    (table) => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy own_site on ${table}
  using (site = current_setting('malachor.site', true))
  with check (site = current_setting('malachor.site', true));
create policy read_all_sites on ${table} for select using (current_setting('malachor.scope', true) = 'all');`,
  )
  .join('\n');

const grants = `
revoke all on object_store, stored_ledger, stored_checkpoint, legal_hold, reconciliation from public;
revoke execute on function check_stored_ledger from public;
grant select, insert, update on object_store, stored_ledger to malachor_app;
grant select, insert on stored_checkpoint, legal_hold, reconciliation to malachor_app;
`;

/**
 * Where evidence is stored as objects, how far, under which holds, and what comparing it with the ledger found.
 *
 * Going down is refused while there is a hold: it would be forgotten.
 */
export class ObjectStores1796400000000 implements MigrationInterface {
  readonly name = 'ObjectStores1796400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, guards, isolation, grants]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        if exists (select from legal_hold) then
          raise exception 'legal holds are on record, and would be forgotten';
        end if;
      end $$`);
    await queryRunner.query(
      'drop table reconciliation, legal_hold, stored_checkpoint, stored_ledger, object_store',
    );
    await queryRunner.query('drop function check_stored_ledger');
  }
}
