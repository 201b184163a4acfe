import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { codeOf, describeObjectStore, getText, inDays, listed, putText } from '../object-store-contract.ts';
import { maxObjectBytes, type ObjectStore } from '../object-store.ts';
import { sha256Of } from '../parse-request.ts';
import { openLocalObjectStore } from './local-object-store.ts';
import { scratchDirectory } from './testing/scratch-directory.ts';

const now = () => new Date();
const scratch: { path: string; remove: () => void }[] = [];
afterAll(() => {
  for (const { remove } of scratch) remove();
});

function newDirectory(): string {
  const directory = scratchDirectory();
  scratch.push(directory);
  return directory.path;
}

let local: ObjectStore;
let advisory: ObjectStore;
beforeAll(async () => {
  local = await openLocalObjectStore({ directory: newDirectory(), now });
  advisory = await openLocalObjectStore({ directory: newDirectory(), now, immutable: false });
});

describeObjectStore('the store of this machine', () => ({ store: local, custodian: local }));
describeObjectStore('the same without immutable files', () => ({ store: advisory, custodian: advisory }));

/** Whether this machine can mark files immutable, found out by other means than the store's. */
function canChattr(): boolean {
  const { path, remove } = scratchDirectory();
  const file = join(path, 'probe');
  writeFileSync(file, '');
  try {
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
    return /^-*i/.test(execFileSync('lsattr', [file]).toString().replaceAll('-', '').trimStart());
  } catch {
    return false;
  } finally {
    remove();
  }
}

test('calls itself immutable exactly where files can be made so, and never compliance', () => {
  expect(local.level).toBe(canChattr() ? 'immutable' : 'advisory');
  expect(advisory.level).toBe('advisory');
});

test('root itself can neither delete, move, link, write, truncate nor re-mode an immutable object and its retention', async () => {
  if (local.level !== 'immutable') {
    expect(canChattr()).toBe(false);
    return;
  }
  const directory = newDirectory();
  const store = await openLocalObjectStore({ directory, now });
  await putText(store, 'a/one', 'kept');
  await store.setLegalHold('a/one', true);
  const files = readdirSync(join(directory, 'a')).map((name) => join(directory, 'a', name));
  expect(files.map((file) => file.slice(directory.length))).toEqual([
    '/a/one=hold-000001',
    '/a/one=lock-000001',
    '/a/one=object',
  ]);
  for (const file of files) {
    for (const attack of [
      () => {
        rmSync(file);
      },
      () => {
        renameSync(file, `${file}.moved`);
      },
      () => {
        linkSync(file, `${file}.link`);
      },
      () => {
        writeFileSync(file, 'other');
      },
      () => {
        truncateSync(file, 0);
      },
      () => {
        chmodSync(file, 0o777);
      },
      () => {
        utimesSync(file, 0, 0);
      },
    ]) {
      expect(attack).toThrow(/^EPERM\b/);
    }
  }
  expect(await getText(store, 'a/one')).toBe('kept');
  expect(await store.head('a/one')).toMatchObject({ mode: 'immutable', legalHold: true });
});

describe('in an advisory store, whose files somebody with the right can change', () => {
  let directory: string;
  let store: ObjectStore;
  beforeEach(async () => {
    directory = newDirectory();
    store = await openLocalObjectStore({ directory, now, immutable: false });
    await putText(store, 'a/one', 'kept');
  });
  const replace = (name: string, text: string) => {
    rmSync(join(directory, 'a', name));
    writeFileSync(join(directory, 'a', name), text);
  };

  test('other content is seen, and is not given out', async () => {
    replace('one=object', 'forged');
    expect(await codeOf(store.get('a/one'))).toBe('damaged');
    const head = await store.head('a/one');
    expect(head).toMatchObject({ sha256: sha256Of(Buffer.from('forged')), mode: 'none' });
    expect(head.retainUntil).toBeUndefined();
    expect(await codeOf(store.extendRetention('a/one', inDays(90)))).toBe('damaged');
    expect(await codeOf(store.removeExpired('a/one'))).toBe('locked');
  });

  test.each(['', 'not JSON', '{"sha256":1}'])(
    'a retention overwritten with %j counts as none',
    async (text) => {
      replace('one=lock-000001', text);
      expect(await store.head('a/one')).toMatchObject({ mode: 'none', bytes: 4 });
      expect(await codeOf(store.removeExpired('a/one'))).toBe('locked');
    },
  );

  test('a hold that cannot be read stays on', async () => {
    await store.setLegalHold('a/one', true);
    replace('one=hold-000001', '');
    expect((await store.head('a/one')).legalHold).toBe(true);
  });

  test('what is too large to be an object is listed without a hash', async () => {
    rmSync(join(directory, 'a', 'one=object'));
    writeFileSync(join(directory, 'a', 'one=object'), '');
    truncateSync(join(directory, 'a', 'one=object'), maxObjectBytes + 1);
    const [found, ...others] = await listed(store, 'a/');
    expect(others).toEqual([]);
    expect(found).toMatchObject({ key: 'a/one', bytes: maxObjectBytes + 1, mode: 'none' });
    expect(found?.sha256).toBeUndefined();
    expect(await codeOf(store.get('a/one'))).toBe('damaged');
  });
});

test('drafts that a killed process left are swept an hour later, newer ones are not', async () => {
  const directory = newDirectory();
  await openLocalObjectStore({ directory, now });
  const [old, recent] = ['old', 'recent'].map((name) => join(directory, '=tmp', name)) as [string, string];
  for (const file of [old, recent]) writeFileSync(file, 'half');
  utimesSync(old, 0, (Date.now() - 7_200_000) / 1_000);
  const store = await openLocalObjectStore({ directory, now });
  expect([old, recent].map((file) => existsSync(file))).toEqual([false, true]);
  expect(await listed(store, '')).toEqual([]);
});

test('a directory that cannot be written to is told with what to do', async () => {
  const file = join(newDirectory(), 'file');
  writeFileSync(file, '');
  expect(await codeOf(openLocalObjectStore({ directory: file, now }))).toBe('misconfigured');
  expect(await codeOf(openLocalObjectStore({ directory: join(file, 'below'), now }))).toBe('misconfigured');
});
