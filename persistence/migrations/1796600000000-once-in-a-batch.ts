import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A checkpoint is in one batch: batches are formed one after the other, and one whose members another has taken meanwhile is not
 * formed. A worker that was killed in between and one that began later could both have read the same ledgers as unanchored.
 */
export class OnceInABatch1796600000000 implements MigrationInterface {
  readonly name = 'OnceInABatch1796600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function form_batch;
      create function form_batch(p_id uuid, p_formed_at timestamptz, p_root text, p_site text[], p_size integer[],
        p_leaf_index integer[], p_inclusion text[], p_checkpoint text[]
      ) returns boolean language plpgsql as $$
      declare
        is_taken boolean;
      begin
        perform pg_advisory_xact_lock(hashtext('form_batch'));
        if exists (select from anchor_batch where id = p_id) then return true; end if;
        for number in 1 .. cardinality(p_site) loop
          perform set_config('malachor.site', p_site[number], true);
          select exists (select from anchor_member where site = p_site[number] and size >= p_size[number]) into is_taken;
          if is_taken then
            perform set_config('malachor.site', '', true);
            return false;
          end if;
        end loop;
        insert into anchor_batch (id, formed_at, size, root) values (p_id, p_formed_at, cardinality(p_site), p_root);
        for number in 1 .. cardinality(p_site) loop
          perform set_config('malachor.site', p_site[number], true);
          insert into anchor_member (site, size, batch, leaf_index, inclusion, checkpoint)
            values (p_site[number], p_size[number], p_id, p_leaf_index[number], p_inclusion[number]::jsonb, p_checkpoint[number]);
        end loop;
        perform set_config('malachor.site', '', true);
        return true;
      end $$;
      revoke execute on function form_batch from public;
      grant execute on function form_batch to malachor_app;`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function form_batch;
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
      revoke execute on function form_batch from public;
      grant execute on function form_batch to malachor_app;`);
  }
}
