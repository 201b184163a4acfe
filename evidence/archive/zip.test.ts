import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { encodeUtf8 } from '../bytes.ts';
import { writeZip, zipInOrder } from '../testing/zip-bytes.ts';
import { ArchiveFiles } from './archive-files.ts';
import { blobSource, bytesSource } from './byte-source.ts';
import { crc32 } from './crc32.ts';
import { readZip } from './read-zip.ts';
import type { ArchiveProblem } from './report.ts';
import { verifyContainer } from './verify-container.ts';
import { ArchiveTooLargeError } from './zip-format.ts';
import { ZipWriter } from './zip-writer.ts';

const filesArbitrary = fc
  .dictionary(fc.stringMatching(/^[a-zé/.-]{1,20}$/), fc.uint8Array({ maxLength: 300 }), { minKeys: 1 })
  .map((files) => new Map(Object.entries(files)));

/** What is wrong with the container, its files taken as they are found; undefined where it cannot be read at all. */
async function problemsOf(bytes: Uint8Array): Promise<ArchiveProblem[] | undefined> {
  const source = bytesSource(bytes);
  const reading = await readZip(source);
  if (!reading.ok) return undefined;
  const files = new ArchiveFiles(source, reading.files);
  const members = await Promise.all(
    files.paths.map(async (path) => {
      const content = (await files.read(path))!;
      return { path, length: content.length, crc: crc32(content) };
    }),
  );
  const problems: ArchiveProblem[] = [];
  await verifyContainer(files, members, new Set(), (code, place, message) => {
    problems.push({ code, place, message });
  });
  return problems;
}

describe('the checksum', () => {
  it('is that of zlib, in one go or in parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (one, two) => {
        expect(crc32(one)).toBe(zlibCrc32(one));
        expect(crc32(two, crc32(one))).toBe(zlibCrc32(Buffer.concat([one, two])));
      }),
    );
  });
});

describe('the ZIP writer', () => {
  it('writes what another reader reads as the same files', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const read = unzipSync(zipInOrder(files));
        expect(Object.keys(read)).toEqual([...files.keys()]);
        for (const [path, data] of files) expect(Buffer.from(read[path]!)).toEqual(Buffer.from(data));
      }),
    );
  });

  it('refuses the same file twice, and more files than a ZIP can have', () => {
    const writer = new ZipWriter();
    writer.addFile('a', []);
    expect(() => writer.addFile('a', [])).toThrow(RangeError);
    for (let number = 0; number < 65_535; number++) writer.addFile(String(number), []);
    expect(() => writer.end()).toThrow(ArchiveTooLargeError);
  });
});

describe('the ZIP reader', () => {
  it('names the very byte where the directory’s first signature is damaged', async () => {
    const bytes = writeZip(new Map([['a', encodeUtf8('one')]]));
    const start = bytes.findIndex((_, at) =>
      [0x50, 0x4b, 1, 2].every((byte, index) => bytes[at + index] === byte),
    );
    for (let at = start; at < start + 4; at++)
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Uint8Array.from(bytes).with(at, bytes[at]! ^ (1 << bit));
        expect(await readZip(bytesSource(damaged))).toMatchObject({ ok: false, offset: at });
      }
  });

  it('reads back what was written, from memory and from a browser’s file', async () => {
    await fc.assert(
      fc.asyncProperty(filesArbitrary, async (files) => {
        const bytes = zipInOrder(files);
        for (const source of [bytesSource(bytes), blobSource(new Blob([Uint8Array.from(bytes)]))]) {
          const read = await readZip(source);
          const found = new ArchiveFiles(source, read.ok ? read.files : new Map());
          expect(found.paths).toEqual([...files.keys()]);
          for (const [path, data] of files) expect(Uint8Array.from((await found.read(path))!)).toEqual(data);
        }
      }),
    );
  });

  it('finds nothing wrong with what was written', async () => {
    await fc.assert(
      fc.asyncProperty(filesArbitrary, async (files) => {
        expect(await problemsOf(zipInOrder(files))).toEqual([]);
      }),
    );
  });

  it('with the container’s check leaves no bit unseen, and names the byte or its file', async () => {
    const bytes = writeZip(
      new Map([
        ['a.txt', encodeUtf8('one')],
        ['b/c.txt', encodeUtf8('two')],
      ]),
    );
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await problemsOf(changed)).not.toEqual([]);
    }
  });

  it('says where an archive that was cut off ends', async () => {
    const bytes = writeZip(new Map([['a.txt', new Uint8Array(100)]]));
    expect(await readZip(bytesSource(bytes.subarray(0, 60)))).toMatchObject({ ok: false, offset: 0 });
    expect(await readZip(bytesSource(new Uint8Array()))).toMatchObject({ ok: false, offset: 0 });
  });

  it('names the header whose length of name is damaged, not where that would lead', async () => {
    const files = [new Uint8Array(2_000), new Uint8Array(3_000)].map(
      (data, index) => [`${index}`, data] as const,
    );
    const damaged = Uint8Array.from(writeZip(new Map(files)).subarray(0, 4_000)).with(27, 0x04);
    expect(await readZip(bytesSource(damaged))).toMatchObject({ ok: false, offset: 0 });
  });

  it('refuses a directory that names one stretch of the archive again and again', async () => {
    const large = new Map(
      Array.from({ length: 50 }, (_, number) => [`f${number}`, new Uint8Array(number === 0 ? 5_000 : 0)]),
    );
    const bytes = zipInOrder(large);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let offset = bytes.length - 22 - 100; offset >= 0; offset--) {
      if (view.getUint32(offset, true) !== 0x02014b50) continue;
      view.setUint32(offset + 24, 5_000, true);
      view.setUint32(offset + 42, 0, true);
    }
    view.setUint8(0, 0);
    expect(await readZip(bytesSource(bytes))).toMatchObject({ ok: false });
  });
});
