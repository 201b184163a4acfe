import type { MigrationInterface, QueryRunner } from 'typeorm';

const functions = `
create function runs_beside(p_site text, p_order_id uuid, out running json, out waiting json) language plpgsql as $$
declare
  on_host text;
begin
  perform set_config('malachor.site', p_site, true);
  select host into on_host from runbook_run where site = p_site and order_id = p_order_id;
  select coalesce(json_agg(json_build_object('incident', incident, 'runbook', runbook)), '[]')
    into running from runbook_run
    where site = p_site and host = on_host and result is null and lease_until > now();
  select coalesce(json_agg(json_build_object('incident', id, 'runbook', story ->> 'waitsFor') order by opened_at, id), '[]')
    into waiting from incident
    where site = p_site and host = on_host and state = 'waiting_for_guard' and story ->> 'waitsFor' is not null;
end $$;
revoke execute on function runs_beside from public;
grant execute on function runs_beside to malachor_app;
`;

/** What runs and what waits on the host of an order, so that its end can wake who waits for it. */
export class RunsBeside1795900000000 implements MigrationInterface {
  readonly name = 'RunsBeside1795900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(functions);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop function runs_beside');
  }
}
