import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveFormats } from '../../evidence/archive/manifest.ts';
import { anchoredUpTo } from '../../evidence/archive/report.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { portableCryptography } from '../../evidence/portable/cryptography.ts';
import { filesOf } from '../../evidence/testing/zip-bytes.ts';

/** Archives as releases wrote them. They are never made anew: every later verifier has to verify these bytes. */
interface GoldenArchive {
  file: string;
  format: string;
  sha256: string;
  trustedKeys: string[];
  sites: { site: string; firstSeq: number; entries: number; anchored?: { seq: number; height: number } }[];
}

const directory = import.meta.dirname;
const listed = JSON.parse(readFileSync(join(directory, 'golden-archives.json'), 'utf8')) as GoldenArchive[];

describe('golden archives', () => {
  it('are all on the list, and there is one of every format', () => {
    const present = readdirSync(directory).filter((file) => file.endsWith('.zip'));
    expect(listed.map(({ file }) => file).sort()).toEqual(present.sort());
    expect(new Set(listed.map(({ format }) => format))).toEqual(new Set(archiveFormats));
  });

  it.each(listed.map((golden) => [golden.file, golden] as const))('%s verifies', async (file, golden) => {
    const bytes = readFileSync(join(directory, file));
    expect(sha256(bytes)).toBe(golden.sha256);
    const manifest = JSON.parse(Buffer.from(filesOf(bytes).get('manifest.json')!).toString()) as unknown;
    expect(manifest).toMatchObject({ format: golden.format });
    for (const cryptography of [nodeCryptography, portableCryptography]) {
      const report = await verifyArchive(bytes, { cryptography, trustedKeys: golden.trustedKeys });
      expect(report.problems).toEqual([]);
      expect(report).toMatchObject({ verified: true, keySource: 'pinned' });
      expect(report.sites).toMatchObject(
        golden.sites.map(({ site, firstSeq, entries }) => ({ site, firstSeq, entries })),
      );
      const anchored = report.sites.map((site) => {
        const upTo = anchoredUpTo(site);
        return upTo && { seq: upTo.seq, height: upTo.block.height };
      });
      expect(anchored).toEqual(golden.sites.map((site) => site.anchored));
    }
  });
});
