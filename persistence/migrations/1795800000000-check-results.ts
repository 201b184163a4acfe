import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that hold one site's data; each names it in the column `site`. */
const siteTables = ['check_result', 'score_point', 'check_change'];

const tables = `
alter table host add column baseline text;

-- observation is json, not jsonb: what a host said may hold NUL, which jsonb refuses.
create table check_result (
  site text not null constraint check_result_site_fk references site (id) on delete restrict,
  host text not null,
  "check" text not null,
  status text not null,
  observed_at timestamptz not null,
  observation_id uuid not null,
  observation json not null,
  constraint check_result_pk primary key (site, host, "check")
);

create table score_point (
  site text not null constraint score_point_site_fk references site (id) on delete restrict,
  at timestamptz not null,
  -- Millionths of a point.
  micro_points integer not null constraint score_point_range check (micro_points between 0 and 100000000),
  metrics jsonb not null,
  hosts jsonb not null,
  constraint score_point_pk primary key (site, at)
);

create table check_change (
  site text not null constraint check_change_site_fk references site (id) on delete restrict,
  id bigint generated always as identity constraint check_change_pk primary key,
  "check" text not null,
  at timestamptz not null,
  actor jsonb not null,
  reason text not null,
  -- Absent where the site had set nothing of the check before.
  before jsonb,
  after jsonb not null,
  diff_digest text not null constraint check_change_diff_digest check (diff_digest ~ '^[0-9a-f]{64}$')
);
create index check_change_by_check on check_change (site, "check", id desc);
`;

const guards = `
create trigger check_change_append_only before update or delete or truncate on check_change
  for each statement execute function refuse_change();
alter table check_change enable always trigger check_change_append_only;
`;

const isolation = siteTables
  .map(
    (table) => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy own_site on ${table}
  using (site = current_setting('malachor.site', true))
  with check (site = current_setting('malachor.site', true));
create policy read_all_sites on ${table} for select
  using (current_setting('malachor.scope', true) = 'all');
`,
  )
  .join('');

const grants = `
revoke all on check_result, score_point, check_change from public;
grant select, insert, update on check_result to malachor_app;
grant select, insert on score_point, check_change to malachor_app;
`;

/**
 * The latest result of every check of every host, the history of scores, and who changed a check's settings and why.
 *
 * Going down is refused while anybody's change is on record: it says who turned off what, and is kept like evidence.
 */
export class CheckResults1795800000000 implements MigrationInterface {
  readonly name = 'CheckResults1795800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, guards, isolation, grants]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        perform set_config('malachor.scope', 'all', true);
        if exists (select from check_change) then
          raise exception 'changes of checks are on record: export them and drop the database yourself if you must';
        end if;
      end $$`);
    await queryRunner.query('drop table check_change, score_point, check_result');
    await queryRunner.query('alter table host drop column baseline');
  }
}
