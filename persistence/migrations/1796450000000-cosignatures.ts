import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
-- Checkpoints that witnesses cosigned. frontier is the compact range of the ledger at that size, from which the next proof starts.
create table cosignature (
  site text not null constraint cosignature_site_fk references site (id) on delete restrict,
  witness text not null,
  size integer not null constraint cosignature_size check (size > 0),
  signed_at timestamptz not null,
  recorded_at timestamptz not null,
  checkpoint text not null,
  line text not null,
  frontier jsonb not null,
  constraint cosignature_pk primary key (site, size, witness, signed_at)
);
create index cosignature_by_witness on cosignature (site, witness, size desc, signed_at desc);

-- Checkpoints that a witness would not cosign: beside what it cosigned, the proof of a second history.
create table witness_refusal (
  site text not null constraint witness_refusal_site_fk references site (id) on delete restrict,
  request text not null,
  witness text not null,
  size integer not null,
  code text not null,
  recorded_at timestamptz not null,
  checkpoint text not null,
  constraint witness_refusal_pk primary key (site, request)
);
create index witness_refusal_by_witness on witness_refusal (site, witness, recorded_at desc);
`;

const guardsOf = (table: string) => `
create trigger ${table}_append_only before update or delete or truncate on ${table}
  for each statement execute function refuse_change();
alter table ${table} enable always trigger ${table}_append_only;
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy own_site on ${table}
  using (site = current_setting('malachor.site', true))
  with check (site = current_setting('malachor.site', true));
create policy read_all_sites on ${table} for select using (current_setting('malachor.scope', true) = 'all');
revoke all on ${table} from public;
grant select, insert on ${table} to malachor_app;
`;

const names = ['cosignature', 'witness_refusal'] as const;

/**
 * What witnesses answered. Going down is refused while there is anything: a cosignature cannot be had a second time for what it
 * was of, and a refusal tells of a second history.
 */
export class Cosignatures1796450000000 implements MigrationInterface {
  readonly name = 'Cosignatures1796450000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const script of [tables, ...names.map(guardsOf)]) await queryRunner.query(script);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        perform set_config('malachor.scope', 'all', true);
        if exists (select from cosignature) or exists (select from witness_refusal) then
          raise exception 'witnesses have answered: export their answers and drop the database yourself if you must';
        end if;
      end $$`);
    for (const name of names) await queryRunner.query(`drop table ${name}`);
  }
}
