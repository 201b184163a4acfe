import { appendFile, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homedir } from 'node:os';
import { told } from '../../domain/facts/testing/told.ts';
import { cacheDirectory } from '../../stack/cache.ts';
import { placesIn } from '../../stack/postgres/cluster.ts';
import { unprivilegedUser } from '../../stack/postgres/run-as.ts';
import { startPostgres } from '../../stack/postgres/start-postgres.ts';
import { buildCertificate } from './testing/build-certificate.ts';
import { createTlsEndpointCollector } from './tls-endpoint.ts';

jest.setTimeout(120_000);
const authority = buildCertificate({ commonName: 'Practice authority', names: [] });
const collect = createTlsEndpointCollector({ now: Date.now, authorities: () => [authority.certificate] });
const look = async (port: number) =>
  told(
    await collect(
      {
        host: '127.0.0.1',
        port,
        starttls: 'postgres',
        server_name: 'db.practice.example',
        timeout_ms: 10_000,
      },
      new AbortController().signal,
    ),
  );

test('a real Postgres without TLS offers none', async () => {
  const port = Number(new URL(process.env['MALACHOR_TEST_DATABASE_URL'] ?? '').port);
  expect(await look(port)).toEqual({ state: 'open', tls: false, tls_error: 'not_offered' });
});

test('the certificate that a real Postgres serves is read through its STARTTLS', async () => {
  const options = {
    dataDirectory: join(process.env['MALACHOR_TEST_DATA'] ?? '', 'postgres-with-tls'),
    cacheDirectory: cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() }),
    log: () => undefined,
  };
  await mkdir(options.dataDirectory, { recursive: true });
  await (await startPostgres(options)).stop();
  const served = buildCertificate({
    commonName: 'db.practice.example',
    issuer: authority,
    notAfter: new Date(Date.now() + 86_400_000 * 10.5),
  });
  const { clusterDirectory } = placesIn(options.dataDirectory);
  const [certificateFile, keyFile] = [
    join(clusterDirectory, 'server.crt'),
    join(clusterDirectory, 'server.key'),
  ];
  await writeFile(certificateFile, served.certificate);
  await writeFile(keyFile, served.key, { mode: 0o600 });
  const user = await unprivilegedUser();
  if (user) for (const file of [certificateFile, keyFile]) await chown(file, user.uid, user.gid);
  await appendFile(join(clusterDirectory, 'postgresql.conf'), '\nssl = on\n');
  const server = await startPostgres(options);
  try {
    expect(await look(server.port)).toMatchObject({
      state: 'open',
      tls: true,
      protocol: 'TLSv1.3',
      chain_verified: true,
      name_matches: true,
      days_left: 10,
      accepts_old_tls: false,
      weak: [],
    });
  } finally {
    await server.stop();
  }
});
