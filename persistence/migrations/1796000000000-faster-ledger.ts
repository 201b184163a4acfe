import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The chain is checked once a statement, by its key, whatever number of entries it adds: a trigger for each row asked for
 * its predecessor alone, and asked whether there was any entry, which a plan made for an empty table answers by reading it
 * all. Envelopes of ordinary size lie in their rows: signatures and hashes do not compress.
 */
export class FasterLedger1796000000000 implements MigrationInterface {
  readonly name = 'FasterLedger1796000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create function check_ledger_links() returns trigger language plpgsql set enable_seqscan = off as $$
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
      drop trigger ledger_entry_link on ledger_entry;
      drop function check_ledger_link;
      create trigger ledger_entry_link after insert on ledger_entry referencing new table as added
        for each statement execute function check_ledger_links();
      alter table ledger_entry enable always trigger ledger_entry_link;
      alter table ledger_entry set (toast_tuple_target = 8160);
      alter table ledger_entry alter column envelope set storage external;`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
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
      drop trigger ledger_entry_link on ledger_entry;
      drop function check_ledger_links;
      create trigger ledger_entry_link before insert on ledger_entry
        for each row execute function check_ledger_link();
      alter table ledger_entry enable always trigger ledger_entry_link;
      alter table ledger_entry reset (toast_tuple_target);
      alter table ledger_entry alter column envelope set storage extended;`);
  }
}
