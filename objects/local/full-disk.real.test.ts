import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getText, inDays, listed, putText } from '../object-store-contract.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { sha256Of } from '../parse-request.ts';
import { openLocalObjectStore } from './local-object-store.ts';

// Mounting takes root; the lab of this project does, too.
const withMounts = process.platform === 'linux' && process.getuid?.() === 0 ? describe : describe.skip;
withMounts('on a disk of one megabyte', () => {
  let disk: string;
  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'malachor-small-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', disk]);
  });
  afterAll(() => {
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  test('a full store says so, keeps what it has, shows nothing of what did not fit, and takes it when there is room', async () => {
    const store = await openLocalObjectStore({ directory: join(disk, 'objects'), now: () => new Date() });
    const contents = Array.from({ length: 6 }, () => randomBytes(300_000));
    const put = (number: number) => {
      const bytes = contents[number] ?? Buffer.alloc(0);
      return store.put(`full/${number}`, bytes, { retainUntil: inDays(1), sha256: sha256Of(bytes) });
    };
    let stored = 0;
    let failure: unknown;
    while (failure === undefined && stored < contents.length) {
      await put(stored).then(
        () => (stored += 1),
        (error: unknown) => (failure = error),
      );
    }
    expect(failure).toBeInstanceOf(ObjectStoreError);
    expect(failure).toMatchObject({ code: 'full', isTransient: true });
    expect(stored).toBe(3);
    const found = await listed(store, '');
    expect(found.map(({ key, sha256 }) => [key, sha256])).toEqual(
      [0, 1, 2].map((number) => [`full/${number}`, sha256Of(contents[number] ?? Buffer.alloc(0))]),
    );
    // A small one may still fit, and nothing of the failed one takes room.
    await putText(store, 'full/small', 'small');
    execFileSync('mount', ['-o', 'remount,size=8m', disk]);
    expect(await put(stored)).toBe('stored');
    expect(await getText(store, 'full/small')).toBe('small');
  });
});
