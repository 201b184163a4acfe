import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
-- What opens the hidden fields of an entry; an entry without such fields has no row. disclosures is json, not jsonb: what a
-- host said may hold NUL, which jsonb refuses.
create table entry_disclosure (
  site text not null,
  seq integer not null,
  disclosures json not null
    constraint entry_disclosure_array check (json_typeof(disclosures) = 'array'),
  constraint entry_disclosure_pk primary key (site, seq),
  constraint entry_disclosure_entry_fk foreign key (site, seq) references ledger_entry (site, seq) on delete restrict
);
create trigger entry_disclosure_append_only before update or delete or truncate on entry_disclosure
  for each statement execute function refuse_change();
alter table entry_disclosure enable always trigger entry_disclosure_append_only;
`;

const isolation = `
alter table entry_disclosure enable row level security;
alter table entry_disclosure force row level security;
create policy own_site on entry_disclosure
  using (site = current_setting('malachor.site', true))
  with check (site = current_setting('malachor.site', true));
create policy read_all_sites on entry_disclosure for select
  using (current_setting('malachor.scope', true) = 'all');
`;

// The function without disclosures stays, for processes of the release before.
const functions = `
create function record_incidents(
  p_site text, p_size integer, p_seq integer[], p_record_id text[], p_previous_hash text[], p_entry_hash text[],
  p_recorded_at timestamptz[], p_envelope text[], p_head_hash text, p_frontier jsonb, p_checkpoint text,
  p_disclosed_seq integer[], p_disclosures text[],
  p_id text[], p_opened_at timestamptz[], p_host text[], p_check text[], p_title text[],
  p_severity text[], p_state text[], p_tier text[], p_resolution text[], p_updated_at timestamptz[],
  p_revision integer[], p_attempts integer[], p_story text[]
) returns boolean language plpgsql as $$
begin
  if not record_incidents(p_site, p_size, p_seq, p_record_id, p_previous_hash, p_entry_hash, p_recorded_at,
    p_envelope, p_head_hash, p_frontier, p_checkpoint, p_id, p_opened_at, p_host, p_check, p_title, p_severity,
    p_state, p_tier, p_resolution, p_updated_at, p_revision, p_attempts, p_story) then
    return false;
  end if;
  if cardinality(p_disclosed_seq) > 0 then
    insert into entry_disclosure (site, seq, disclosures)
    select p_site, given.seq, given.disclosures::json
    from unnest(p_disclosed_seq, p_disclosures) as given (seq, disclosures)
    order by given.seq;
  end if;
  return true;
end $$;
`;

/** By its arguments: there is an older function of the same name. */
const recordIncidents = `record_incidents(text, integer, integer[], text[], text[], text[], timestamptz[], text[], text,
  jsonb, text, integer[], text[], text[], timestamptz[], text[], text[], text[], text[], text[], text[], text[],
  timestamptz[], integer[], integer[], text[])`;

const grants = `
revoke all on entry_disclosure from public;
revoke execute on function ${recordIncidents} from public;
grant select, insert on entry_disclosure to malachor_app;
grant execute on function ${recordIncidents} to malachor_app;
`;

/**
 * What opens the salted commitments of signed statements, stored with the entry in one transaction.
 *
 * Going down is refused while there is any: what was hidden could not be shown again.
 */
export class EntryDisclosures1796300000000 implements MigrationInterface {
  readonly name = 'EntryDisclosures1796300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, isolation, functions, grants]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        perform set_config('malachor.scope', 'all', true);
        if exists (select from entry_disclosure) then
          raise exception 'entries have disclosures: export them and drop the database yourself if you must';
        end if;
      end $$`);
    await queryRunner.query(`drop function ${recordIncidents}`);
    await queryRunner.query('drop table entry_disclosure');
  }
}
