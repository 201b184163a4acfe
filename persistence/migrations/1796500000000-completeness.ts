import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
-- What the checks of a catalogue stand for, under the digest by which scans name it; the same for all sites.
create table control_map (
  digest text not null constraint control_map_digest check (digest ~ '^[0-9a-f]{64}$'),
  controls jsonb not null constraint control_map_object check (jsonb_typeof(controls) = 'object'),
  constraint control_map_pk primary key (digest)
);
create trigger control_map_append_only before update or delete or truncate on control_map
  for each statement execute function refuse_change();
alter table control_map enable always trigger control_map_append_only;

-- How often heartbeats and scans of a site are due, from a time on.
create table site_expectation (
  site text not null,
  from_time timestamptz not null,
  heartbeat_seconds integer not null constraint site_expectation_heartbeat check (heartbeat_seconds > 0),
  scan_seconds integer not null constraint site_expectation_scan check (scan_seconds >= 0),
  scan_offset_seconds integer not null constraint site_expectation_offset check (scan_offset_seconds >= 0),
  tolerance_seconds integer not null constraint site_expectation_tolerance check (tolerance_seconds >= 0),
  constraint site_expectation_pk primary key (site, from_time),
  constraint site_expectation_site_fk foreign key (site) references site (id) on delete restrict
);
create trigger site_expectation_append_only before update or delete or truncate on site_expectation
  for each statement execute function refuse_change();
alter table site_expectation enable always trigger site_expectation_append_only;
`;

const isolation = `
alter table site_expectation enable row level security;
alter table site_expectation force row level security;
create policy own_site on site_expectation
  using (site = current_setting('malachor.site', true))
  with check (site = current_setting('malachor.site', true));
create policy read_all_sites on site_expectation for select
  using (current_setting('malachor.scope', true) = 'all');
`;

const grants = `
revoke all on control_map, site_expectation from public;
grant select, insert on control_map, site_expectation to malachor_app;
`;

/**
 * What scans mean by their checks, and how often scans and heartbeats were due: what questions about completeness and about a point in
 * time need beside the ledger.
 *
 * Going down is refused while there is any: what was expected in the past could not be told again.
 */
export class Completeness1796500000000 implements MigrationInterface {
  readonly name = 'Completeness1796500000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, isolation, grants]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        perform set_config('malachor.scope', 'all', true);
        if exists (select from control_map) or exists (select from site_expectation) then
          raise exception 'there are maps of controls or expectations: export the evidence and drop the database yourself if you must';
        end if;
      end $$`);
    await queryRunner.query('drop table site_expectation, control_map');
  }
}
