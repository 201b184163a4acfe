import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { encodeUtf8 } from '../bytes.ts';
import { readZip, writeZip } from './zip.ts';

const filesArbitrary = fc
  .dictionary(fc.stringMatching(/^[a-zé/.-]{1,20}$/), fc.uint8Array({ maxLength: 300 }), { minKeys: 1 })
  .map((files) => new Map(Object.entries(files)));

describe('the ZIP writer', () => {
  it('writes what another reader reads as the same files', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const read = unzipSync(writeZip(files));
        expect(Object.keys(read)).toEqual([...files.keys()].sort());
        for (const [path, data] of files) expect(Buffer.from(read[path]!)).toEqual(Buffer.from(data));
      }),
    );
  });

  it('writes the same bytes whatever order the files were added in', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        expect(writeZip(new Map([...files].reverse()))).toEqual(writeZip(files));
      }),
    );
  });
});

describe('the ZIP reader', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const read = readZip(writeZip(files));
        expect(
          read.ok && new Map([...read.files].map(([path, data]) => [path, Uint8Array.from(data)])),
        ).toEqual(new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
      }),
    );
  });

  it('never gives other bytes the reading of an archive: a changed one is unreadable or writes back differently', () => {
    const files = new Map([
      ['a.txt', encodeUtf8('one')],
      ['b/c.txt', encodeUtf8('two')],
    ]);
    const bytes = writeZip(files);
    for (let offset = 0; offset < bytes.length; offset++) {
      const changed = Uint8Array.from(bytes).with(offset, bytes[offset]! ^ 0x10);
      const read = readZip(changed);
      if (read.ok) expect(Buffer.from(writeZip(read.files)).equals(changed)).toBe(false);
    }
  });

  it('says where an archive that was cut off ends', () => {
    const bytes = writeZip(new Map([['a.txt', new Uint8Array(100)]]));
    expect(readZip(bytes.subarray(0, 60))).toMatchObject({ ok: false, offset: 0 });
    expect(readZip(new Uint8Array())).toMatchObject({ ok: false, offset: 0 });
  });
});
