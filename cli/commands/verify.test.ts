import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Anchor } from '../../evidence/anchor/anchor.ts';
import type { ArchiveReport } from '../../evidence/archive/report.ts';
import { generateKeyPair } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { fingerprintOf } from '../../evidence/signer.ts';
import { createArchiveV1 } from '../../evidence/testing/create-archive-v1.ts';
import {
  checkpointSigner,
  evidenceSigner,
  sampleArchiveInput,
} from '../../evidence/testing/sample-evidence.ts';
import { archiveBytes, sampleArchiveInputV2, witnessName } from '../../evidence/testing/sample-archive.ts';
import { filesOf } from '../../evidence/testing/zip-bytes.ts';
import { runVerify } from './verify.ts';

const archive = createArchiveV1(sampleArchiveInput(), evidenceSigner, sha256);
const pins = [evidenceSigner, checkpointSigner].map(({ publicKey }) => fingerprintOf(publicKey, sha256));
let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-verify-'));
  file = join(directory, 'archive.zip');
  await writeFile(file, archive);
});
afterEach(() => rm(directory, { recursive: true }));

async function verify(keys: string[] = [], isJson = false): Promise<{ code: number; output: string }> {
  const printed: string[] = [];
  const code = await runVerify({ archive: file, keys, isJson, print: (text) => printed.push(text) });
  return { code, output: printed.join('\n') };
}

describe('malachor verify', () => {
  it('passes an intact archive and says that its own keys were believed', async () => {
    const { code, output } = await verify();
    expect(code).toBe(0);
    expect(output).toContain(`VERIFIED  ${file}`);
    expect(output).toContain('north-clinic: 8 entries from number 0');
    expect(output).toContain('taken from the archive itself');
  });

  it('passes it under pinned fingerprints and marks them', async () => {
    const { code, output } = await verify(pins);
    expect(code).toBe(0);
    expect(output).toContain(`evidence: ${pins[0]} (given)`);
    expect(output).toContain('only those given');
  });

  it('fails with the exact place of one flipped byte', async () => {
    const offset = Buffer.from(archive).indexOf('"seq":2}');
    await writeFile(file, Uint8Array.from(archive).with(offset + 6, 0x33));
    const { code, output } = await verify();
    expect(code).toBe(1);
    expect(output).toContain('ledger/north-clinic/entries-000000.jsonl, line 3, entry 2');
    expect(output).toContain('(entry_changed)');
  });

  it('prints one JSON document where asked', async () => {
    const { output } = await verify(pins, true);
    expect(JSON.parse(output) as ArchiveReport).toMatchObject({ verified: true, keySource: 'pinned' });
  });

  it('fails under the PEM file of another key', async () => {
    const pem = join(directory, 'key.pem');
    await writeFile(pem, generateKeyPair().publicKeyPem);
    const { code, output } = await verify([pem]);
    expect(code).toBe(1);
    expect(output).toContain('(key_not_trusted)');
  });

  it('holds anchors against the block headers it is given, and refuses a file that has none', async () => {
    const bytes = await archiveBytes(sampleArchiveInputV2());
    await writeFile(file, bytes);
    const anchors = [...filesOf(bytes)].filter(([path]) => path.includes('/anchors/'));
    const lines = anchors.flatMap(([, text]) =>
      (JSON.parse(Buffer.from(text).toString()) as Anchor).headers.map(
        ({ height, header }) => `${height} ${header}\n`,
      ),
    );
    const headers = join(directory, 'headers.txt');
    const runWith = async (text: string) => {
      await writeFile(headers, text);
      const printed: string[] = [];
      const print = (line: string) => printed.push(line);
      const code = await runVerify({ archive: file, keys: pins, headers, isJson: false, print });
      return { code, output: printed.join('\n') };
    };
    expect(lines).toHaveLength(3);
    const sound = await runWith(lines.join(''));
    expect(sound.output).toContain('Entries up to number 5 existed by Bitcoin block 900007');
    expect(sound.output).toContain('The block is one of those you gave.');
    expect(sound.output).toContain(`witness ${witnessName}: `);
    expect(sound.code).toBe(0);
    const other = await runWith(lines.slice(1).join(''));
    expect(other.code).toBe(1);
    expect(other.output).toContain('ledger/north-clinic/anchors/2.json');
    await expect(runWith('900000 abc\n')).rejects.toMatchObject({ exitCode: 2 });
  });

  it('refuses a key id as a pin, and keys and archives it cannot read, with exit code 2', async () => {
    await expect(verify([evidenceSigner.keyId])).rejects.toMatchObject({ exitCode: 2 });
    await expect(verify([file])).rejects.toMatchObject({ exitCode: 2 });
    await expect(verify([join(directory, 'none.pem')])).rejects.toMatchObject({ exitCode: 2 });
    await rm(file);
    await expect(verify()).rejects.toMatchObject({ exitCode: 2 });
  });

  it('takes the archive and repeated keys from the command line, and exits with the answer', async () => {
    const run = promisify(execFile);
    const args = ['cli/main.ts', 'verify', file, '--json', ...pins.flatMap((pin) => ['--key', pin])];
    const { stdout } = await run(process.execPath, args);
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, keySource: 'pinned' });
    await writeFile(file, archive.subarray(0, 5_000));
    await expect(run(process.execPath, args)).rejects.toMatchObject({ code: 1 });
  });
});
