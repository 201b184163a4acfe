import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = `
alter table signing_key
  -- Whose it is, of a key that is kept at a practice: it signs for this site alone.
  add column site text,
  add column appliance text,
  -- Of a witness's key: the name it cosigns under.
  add column name text,
  add constraint signing_key_site check ((purpose in ('appliance', 'witness')) = (site is not null)),
  add constraint signing_key_appliance check ((site is null) = (appliance is null)),
  add constraint signing_key_name check ((purpose = 'witness') = (name is not null));
create index signing_key_by_site on signing_key (site, purpose) where site is not null;
`;

/**
 * Keys that are kept at practices: those that appliances sign scans and heartbeats with, and those of witnesses.
 *
 * Going down is refused while there is one: what it signed could not be judged any more.
 */
export class SiteKeys1796350000000 implements MigrationInterface {
  readonly name = 'SiteKeys1796350000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(columns);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      do $$ begin
        if exists (select from signing_key where site is not null) then
          raise exception 'practices have keys: export their evidence and drop the database yourself if you must';
        end if;
      end $$`);
    await queryRunner.query('drop index signing_key_by_site');
    await queryRunner.query(
      'alter table signing_key drop column site, drop column appliance, drop column name',
    );
  }
}
