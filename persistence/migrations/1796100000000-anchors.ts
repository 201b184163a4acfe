import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
-- Names no site: a batch is a root and what others attest of it.
create table anchor_batch (
  id uuid constraint anchor_batch_pk primary key,
  formed_at timestamptz not null,
  size integer not null constraint anchor_batch_size check (size > 0),
  root text not null constraint anchor_batch_root check (root ~ '^[0-9a-f]{64}$'),
  -- A whole .ots file; absent until the batch was stamped.
  proof bytea,
  -- RFC 3161 tokens, DER.
  tokens bytea[] not null default '{}',
  -- [{height, header}] of the attesting blocks, as they were at the last look.
  headers jsonb not null default '[]',
  standings jsonb not null default '[]',
  settled_at timestamptz
);

create table anchor_member (
  site text not null constraint anchor_member_site_fk references site (id) on delete restrict,
  size integer not null constraint anchor_member_size check (size > 0),
  batch uuid not null constraint anchor_member_batch_fk references anchor_batch (id) on delete restrict,
  leaf_index integer not null constraint anchor_member_index check (leaf_index >= 0),
  inclusion jsonb not null,
  checkpoint text not null,
  constraint anchor_member_pk primary key (site, size, batch)
);
create index anchor_member_by_batch on anchor_member (batch);
`;

const guards = `
create function check_anchor_batch() returns trigger language plpgsql as $$
begin
  if (new.id, new.formed_at, new.size, new.root) is distinct from (old.id, old.formed_at, old.size, old.root) then
    raise exception 'what a batch is about does not change' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger anchor_batch_fixed before update on anchor_batch for each row execute function check_anchor_batch();
create trigger anchor_batch_kept before delete or truncate on anchor_batch
  for each statement execute function refuse_change();
create trigger anchor_member_append_only before update or delete or truncate on anchor_member
  for each statement execute function refuse_change();
alter table anchor_batch enable always trigger anchor_batch_fixed;
alter table anchor_batch enable always trigger anchor_batch_kept;
alter table anchor_member enable always trigger anchor_member_append_only;
`;

const isolation = `
alter table anchor_member enable row level security;
alter table anchor_member force row level security;
create policy own_site on anchor_member
  using (site = current_setting('malachor.site', true))
  with check (site = current_setting('malachor.site', true));
create policy read_all_sites on anchor_member for select using (current_setting('malachor.scope', true) = 'all');
`;

// Members of many sites at a time are the one row each that a batch has of them; the scope is set for each in turn.
const functions = `
create function form_batch(p_id uuid, p_formed_at timestamptz, p_root text, p_site text[], p_size integer[],
  p_leaf_index integer[], p_inclusion text[], p_checkpoint text[]
) returns void language plpgsql as $$
begin
  insert into anchor_batch (id, formed_at, size, root) values (p_id, p_formed_at, cardinality(p_site), p_root)
    on conflict (id) do nothing;
  if not found then return; end if;
  for number in 1 .. cardinality(p_site) loop
    perform set_config('malachor.site', p_site[number], true);
    insert into anchor_member (site, size, batch, leaf_index, inclusion, checkpoint)
      values (p_site[number], p_size[number], p_id, p_leaf_index[number], p_inclusion[number]::jsonb, p_checkpoint[number]);
  end loop;
  perform set_config('malachor.site', '', true);
end $$;
`;

const grants = `
revoke all on anchor_batch, anchor_member from public;
revoke execute on function form_batch, check_anchor_batch from public;
grant select, insert, update on anchor_batch to malachor_app;
grant select, insert on anchor_member to malachor_app;
grant execute on function form_batch to malachor_app;
`;

/**
 * Batches of checkpoints and what calendars, authorities and the chain attest of them.
 *
 * Going down is refused while there is a batch: its proof cannot be had again.
 */
export class Anchors1796100000000 implements MigrationInterface {
  readonly name = 'Anchors1796100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, guards, isolation, functions, grants]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        if exists (select from anchor_batch) then
          raise exception 'batches are anchored: export their proofs and drop the database yourself if you must';
        end if;
      end $$`);
    await queryRunner.query('drop function form_batch');
    await queryRunner.query('drop table anchor_member, anchor_batch');
    await queryRunner.query('drop function check_anchor_batch');
  }
}
