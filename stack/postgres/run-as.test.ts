import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTraversable, parsePasswd } from './run-as.ts';

test('users are read by name and number, without root and what is no user', () => {
  const text =
    'root:x:0:0::/root:/bin/sh\npostgres:x:101:104:,,,:/var/lib:/bin/bash\n# note\nbroken:x:a:b\n\n';
  expect(parsePasswd(text)).toEqual([{ name: 'postgres', uid: 101, gid: 104 }]);
});

describe('the way to a directory', () => {
  const stranger = { name: 'nobody', uid: 65_534, gid: 65_534 };
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'malachor-run-as-'));
    await mkdir(join(root, 'closed', 'inner'), { recursive: true });
    for (const path of [root, join(root, 'closed', 'inner')]) await chmod(path, 0o711);
    await chmod(join(root, 'closed'), 0o700);
  });
  afterEach(() => rm(root, { recursive: true }));

  test('is named where it is closed to the user, with the command that opens it', async () => {
    await expect(checkTraversable(join(root, 'closed', 'inner'), stranger)).rejects.toMatchObject({
      code: 'directory_not_traversable',
      message: expect.stringContaining(`chmod o+x ${join(root, 'closed')}\``) as string,
    });
  });

  test('is open where every directory may be entered, and not asked for the present user', async () => {
    await expect(checkTraversable(root, stranger)).resolves.toBeUndefined();
    await expect(checkTraversable(join(root, 'closed', 'inner'), undefined)).resolves.toBeUndefined();
  });
});
