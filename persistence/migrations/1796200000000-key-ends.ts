import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
-- When signatures of a key cease to count. Said once, it stays: of several, the earliest of a kind holds.
create table signing_key_end (
  key_id text not null,
  purpose text not null,
  kind text not null constraint signing_key_end_kind check (kind in ('retired', 'revoked')),
  at timestamptz not null,
  reason text not null constraint signing_key_end_reason check (length(reason) between 1 and 500),
  recorded_at timestamptz not null,
  constraint signing_key_end_pk primary key (key_id, purpose, kind, at),
  constraint signing_key_end_key_fk foreign key (key_id, purpose)
    references signing_key (key_id, purpose) on delete restrict
);
create trigger signing_key_end_append_only before update or delete or truncate on signing_key_end
  for each statement execute function refuse_change();
alter table signing_key_end enable always trigger signing_key_end_append_only;
revoke all on signing_key_end from public;
grant select, insert on signing_key_end to malachor_app;
`;

/**
 * The ends of signing keys: by rotation, or by revocation where a key may be in other hands.
 *
 * Going down is refused while a key has an end: what was signed after it would count again.
 */
export class KeyEnds1796200000000 implements MigrationInterface {
  readonly name = 'KeyEnds1796200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        if exists (select from signing_key_end) then
          raise exception 'keys are retired or revoked, and would count again';
        end if;
      end $$`);
    await queryRunner.query('drop table signing_key_end');
  }
}
