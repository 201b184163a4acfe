import type { PortSetting } from './ports.ts';
import type { StackOptions } from './stack.ts';

/** The ports the stack will listen on, with what changes each. */
export function portSettings({ ports, external = {} }: StackOptions): PortSetting[] {
  const api = { what: 'the API', port: ports.api, option: '--api-port', variable: 'MALACHOR_API_PORT' };
  const postgres = {
    what: 'Postgres',
    port: ports.postgres,
    option: '--postgres-port',
    variable: 'MALACHOR_POSTGRES_PORT',
  };
  const temporal = [
    { what: 'Temporal', port: ports.temporal, option: '--temporal-port', variable: 'MALACHOR_TEMPORAL_PORT' },
    {
      what: 'Temporal Web',
      port: ports.temporalWeb,
      option: '--temporal-web-port',
      variable: 'MALACHOR_TEMPORAL_WEB_PORT',
    },
  ];
  return [
    api,
    ...(external.databaseUrl === undefined ? [postgres] : []),
    ...(external.temporalAddress === undefined ? temporal : []),
  ];
}
