import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresBuilds } from '../../test/postgres/test-database.ts';
import { cacheDirectory } from '../cache.ts';
import { cachePostgres } from './cached-binaries.ts';
import { findRunningPostgres } from './find-running.ts';
import { startPostgres, type PostgresOptions, type RunningPostgres } from './start-postgres.ts';

jest.setTimeout(60_000);

const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.each(postgresBuilds)('%s', (_, binDirectory) => {
  let directory: string;
  let options: PostgresOptions;
  let server: RunningPostgres;
  const log: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'malachor-start-'));
    await chmod(directory, 0o711);
    options = {
      dataDirectory: join(directory, 'data'),
      cacheDirectory: cache,
      log: (line) => log.push(line),
      ...(binDirectory !== undefined && { binDirectory }),
    };
    server = await startPostgres(options);
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  test('keeps what was committed over a clean stop, SIGKILL and a lost supervisor', async () => {
    await ask(server.ownerUrl, 'create table kept (moment text)');
    for (const [moment, end] of [
      ['stop', () => server.stop()],
      ['kill', () => server.kill('SIGKILL')],
      ['abandoned', () => Promise.resolve()],
    ] as const) {
      await ask(server.ownerUrl, `insert into kept values ('${moment}')`);
      await end();
      server = await startPostgres({ ...options, takeOver: moment === 'abandoned' });
    }
    expect(await ask(server.ownerUrl, 'select moment from kept')).toEqual([
      { moment: 'stop' },
      { moment: 'kill' },
      { moment: 'abandoned' },
    ]);
  });

  test('starts after a kill although its old process id belongs to another program now', async () => {
    await server.kill('SIGKILL');
    const file = join(options.dataDirectory, 'cluster', 'postmaster.pid');
    const [, ...lines] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [process.pid, ...lines].join('\n'));
    server = await startPostgres(options);
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is refused a second time on the same data, and found by those who look for it', async () => {
    await expect(startPostgres(options)).rejects.toMatchObject({
      code: 'already_running',
      message: expect.stringContaining(`${server.pid}`) as string,
    });
    expect(await findRunningPostgres(options.dataDirectory)).toEqual({
      url: server.url,
      ownerUrl: server.ownerUrl,
    });
    expect(await findRunningPostgres(directory)).toBeUndefined();
  });

  test('says so when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((settle) => other.listen(0, '127.0.0.1', settle));
    const { port } = other.address() as { port: number };
    await expect(
      startPostgres({ ...options, dataDirectory: join(directory, 'other'), port }),
    ).rejects.toMatchObject({ code: 'port_in_use', message: expect.stringContaining(`${port}`) as string });
    await new Promise((settle) => other.close(settle));
  });

  test('lets in two roles, by password, from this machine, and nobody else', async () => {
    const roles = await ask(
      server.ownerUrl,
      `select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty from pg_roles
       where rolname like 'malachor%' and rolname <> 'malachor_superuser' order by 1`,
    );
    expect(roles).toEqual([
      { rolname: 'malachor_app', mighty: false },
      { rolname: 'malachor_owner', mighty: false },
    ]);
    const withPassword = (password: string, user = 'malachor_app', database = 'malachor') =>
      ask(`postgresql://${user}:${password}@127.0.0.1:${server.port}/${database}`, 'select');
    await expect(withPassword('guess')).rejects.toMatchObject({ code: '28P01' });
    const { password } = new URL(server.ownerUrl);
    await expect(withPassword(password, 'malachor_superuser')).rejects.toMatchObject({ code: '28000' });
    await expect(withPassword(password, 'malachor_owner', 'postgres')).rejects.toMatchObject({
      code: '28000',
    });
    expect(await ask(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    // Its fifth line names the directory of the socket (src/include/utils/pidfile.h).
    const file = await readFile(join(options.dataDirectory, 'cluster', 'postmaster.pid'), 'utf8');
    expect(file.split('\n')[4]).toBe('');
  });

  test('commits to disk', async () => {
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums']) {
      expect(await ask(server.url, `show ${setting}`)).toEqual([{ [setting]: 'on' }]);
    }
  });

  test('shows its passwords to its owner alone, and never in arguments or log', async () => {
    const file = join(options.dataDirectory, 'credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(options.dataDirectory, 'cluster'))).mode & 0o777).toBe(0o700);
    expect(await readdir(options.dataDirectory)).toEqual(['cluster', 'credentials.json']);
    await ask(server.url, `select 'private' from nothing`).catch(() => undefined);
    const seen = [await readFile(`/proc/${server.pid}/cmdline`, 'utf8'), ...log].join('\n');
    for (const secret of [new URL(server.url).password, new URL(server.ownerUrl).password, 'private']) {
      expect(seen).not.toContain(secret);
    }
  });

  test('makes new passwords when they are lost', async () => {
    const before = server.url;
    await server.stop();
    await rm(join(options.dataDirectory, 'credentials.json'));
    server = await startPostgres({ ...options, port: server.port });
    expect(server.url).not.toBe(before);
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await expect(ask(before, 'select')).rejects.toMatchObject({ code: '28P01' });
  });

  test('does not run as root', async () => {
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t[1-9]/m);
  });

  test('starts afresh after a first start that was cut short', async () => {
    const half = join(directory, 'half');
    await mkdir(join(half, 'cluster.initialising', 'base'), { recursive: true });
    await chmod(half, 0o711);
    const started = await startPostgres({ ...options, dataDirectory: half });
    expect(await ask(started.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await started.stop();
  });
});

test('data of another major version is left alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'malachor-version-'));
  await chmod(directory, 0o711);
  const cluster = join(directory, 'cluster');
  await mkdir(cluster);
  await writeFile(join(cluster, 'PG_VERSION'), '9\n');
  await writeFile(
    join(directory, 'credentials.json'),
    '{"ownerPassword":"","applicationPassword":""}'.replaceAll('""', `"${'0'.repeat(48)}"`),
  );
  await expect(
    startPostgres({ dataDirectory: directory, cacheDirectory: cache, log: () => undefined }),
  ).rejects.toMatchObject({
    code: 'version_mismatch',
    message: expect.stringContaining('PostgreSQL 9') as string,
  });
  expect(await readdir(cluster)).toEqual(['PG_VERSION']);
  await rm(directory, { recursive: true });
});

test('the programs are copied once by several who need them, and every user may run them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'malachor-cache-'));
  const copies = await Promise.all([1, 2].map(() => cachePostgres(join(directory, 'cache'))));
  expect(copies[0]).toEqual(copies[1]);
  const entries = await readdir(join(directory, 'cache'));
  expect(entries).toHaveLength(1);
  const program = await stat(join(copies[0]!.binDirectory, 'postgres'));
  expect(program.mode & 0o005).toBe(0o005);
  const libraries = await readdir(copies[0]!.libraryDirectory!);
  expect(libraries).toEqual(expect.arrayContaining(['libxml2.so.2', 'libicuuc.so.60', 'libpq.so.5']));
  await rm(directory, { recursive: true });
});

test('a machine that no Postgres comes with is told to set DATABASE_URL', async () => {
  await expect(cachePostgres('/nowhere', '/no/such/package')).rejects.toMatchObject({
    code: 'platform_unsupported',
    message: expect.stringContaining('DATABASE_URL') as string,
  });
});
