import type { MigrationInterface, QueryRunner } from 'typeorm';

const links = `
create or replace function check_ledger_links() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  first record;
  last_hash text;
  astray record;
begin
  select link.site, link.seq into astray
    from (
      select site, seq, previous_hash, lag(seq) over of_site as last_seq, lag(entry_hash) over of_site as last_hash
        from added window of_site as (partition by site order by seq)
    ) link
    where link.last_seq = link.seq - 1 and link.last_hash <> link.previous_hash
    order by link.seq limit 1;
  if found then
    raise exception 'ledger entry % of site % does not follow its predecessor', astray.seq, astray.site
      using errcode = 'restrict_violation';
  end if;
  for first in
    select link.site, link.seq, link.previous_hash
      from (select site, seq, previous_hash, lag(seq) over (partition by site order by seq) as last_seq from added) link
      where link.last_seq is distinct from link.seq - 1
  loop
    if not exists (select from ledger_head where site = first.site) then
      raise exception 'site % has no ledger', first.site using errcode = 'foreign_key_violation';
    end if;
    select entry_hash into last_hash from ledger_entry where site = first.site and seq = first.seq - 1;
    if found then
      continue when last_hash = first.previous_hash;
    else
      -- Only the first entry of a ledger follows none.
      continue when not exists (select from ledger_entry where site = first.site and seq < first.seq)
        and not exists (select from ledger_entry later left join added other using (site, seq)
          where later.site = first.site and later.seq > first.seq and other.seq is null);
    end if;
    raise exception 'ledger entry % of site % does not follow its predecessor', first.seq, first.site
      using errcode = 'restrict_violation';
  end loop;
  return null;
end $$;
`;

// A regular expression takes as long as all else that is done for a row.
const hashes = ['previous_hash', 'entry_hash']
  .map(
    (column) => `
alter table ledger_entry drop constraint ledger_entry_${column};
alter table ledger_entry add constraint ledger_entry_${column}
  check (length(${column}) = 64 and encode(decode(${column}, 'hex'), 'hex') = ${column});
`,
  )
  .join('');

// A ledger's head refers to its site and is never deleted, so that one look at the head, by check_ledger_links, is as much as a look
// at the site for each entry.
const siteOfEntries = `alter table ledger_entry drop constraint ledger_entry_site_fk;`;

// Envelopes are lines of one text: in an array each of their quotes would be escaped and read back. The functions of the release
// before stay for its processes.
const functions = `
create function append_entries(
  p_site text, p_size integer, p_record_id text[], p_previous_hash text[], p_entry_hash text[],
  p_recorded_at timestamptz, p_envelopes text, p_head_hash text, p_frontier jsonb, p_checkpoint text,
  p_disclosed_seq integer[], p_disclosures text[],
  p_id text[], p_opened_at timestamptz[], p_host text[], p_check text[], p_title text[],
  p_severity text[], p_state text[], p_tier text[], p_resolution text[], p_updated_at timestamptz[],
  p_revision integer[], p_attempts integer[], p_story text[]
) returns boolean language plpgsql as $$
begin
  perform set_config('malachor.site', p_site, true);
  perform from ledger_head where site = p_site and size = p_size for update;
  if not found then return false; end if;
  begin
    insert into ledger_entry (site, seq, record_id, previous_hash, entry_hash, recorded_at, envelope)
    select p_site, p_size + given.number - 1, given.record_id, given.previous_hash, given.entry_hash, p_recorded_at,
      given.envelope::json
    from unnest(p_record_id, p_previous_hash, p_entry_hash, string_to_array(p_envelopes, E'\\n'))
      with ordinality as given (record_id, previous_hash, entry_hash, envelope, number)
    order by given.number;
  exception when unique_violation then
    -- It has one of the records. Numbers cannot meet: nobody else appends while the head is locked.
    return false;
  end;
  update ledger_head
    set size = p_size + cardinality(p_record_id), head_hash = p_head_hash, frontier = p_frontier,
      checkpoint = coalesce(p_checkpoint, checkpoint)
    where site = p_site;
  if cardinality(p_disclosed_seq) > 0 then
    insert into entry_disclosure (site, seq, disclosures)
    select p_site, given.seq, given.disclosures::json
    from unnest(p_disclosed_seq, p_disclosures) as given (seq, disclosures)
    order by given.seq;
  end if;
  if cardinality(p_id) > 0 then
    perform project_incidents(p_site, p_id, p_opened_at, p_host, p_check, p_title, p_severity, p_state, p_tier,
      p_resolution, p_updated_at, p_revision, p_attempts, p_story);
  end if;
  return true;
end $$;
revoke execute on function append_entries from public;
grant execute on function append_entries to malachor_app;
`;

const linksBefore = `
create or replace function check_ledger_links() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  astray record;
begin
  select added.site, added.seq into astray
    from added left join ledger_entry before on before.site = added.site and before.seq = added.seq - 1
    where before.entry_hash is distinct from added.previous_hash
      and (before.seq is not null
        or exists (select from ledger_entry earlier where earlier.site = added.site and earlier.seq < added.seq)
        or exists (select from ledger_entry later left join added other using (site, seq)
          where later.site = added.site and later.seq > added.seq and other.seq is null))
    order by added.seq limit 1;
  if found then
    raise exception 'ledger entry % of site % does not follow its predecessor', astray.seq, astray.site
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
`;

const hashesBefore = ['previous_hash', 'entry_hash']
  .map(
    (column) => `
alter table ledger_entry drop constraint ledger_entry_${column};
alter table ledger_entry add constraint ledger_entry_${column} check (${column} ~ '^[0-9a-f]{64}$');
`,
  )
  .join('');

/**
 * Appending costs the same at any size of the ledger. The check of links joined the added entries with the ledger, which, once
 * planned for a small one, read all of it: at 50,000 entries a group took ten times as long as at none. Now each is compared with the
 * one before it among those added, and only the first is looked up.
 */
export class AppendsAtConstantCost1796600000001 implements MigrationInterface {
  readonly name = 'AppendsAtConstantCost1796600000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [links, hashes, siteOfEntries, functions]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop function append_entries');
    await queryRunner.query(linksBefore);
    await queryRunner.query(hashesBefore);
    await queryRunner.query(`
      alter table ledger_entry add constraint ledger_entry_site_fk
        foreign key (site) references site (id) on delete restrict`);
  }
}
