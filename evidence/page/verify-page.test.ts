import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import { sha256 } from '../node/hasher.ts';
import { buildVerifyPage } from '../node/build-verify-page.ts';
import { fingerprintOf } from '../signer.ts';
import { archiveBytes, sampleArchiveInputV2 } from '../testing/sample-archive.ts';
import { checkpointSigner, evidenceSigner } from '../testing/sample-evidence.ts';
import { filesOf, offsetsOf } from '../testing/zip-bytes.ts';

jest.setTimeout(120_000);

const pins = [evidenceSigner, checkpointSigner].map(({ publicKey }) => fingerprintOf(publicKey, sha256));
const entriesFile = 'ledger/north-clinic/entries-000000.jsonl';
let directory: string;
let archive: Uint8Array;
let browser: Browser;
let page: Page;
/** Everything the page asked for but itself, and everything it complained of. */
let requests: string[];
let complaints: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-page-'));
  const documents = async function* () {
    yield { path: 'verify.html', bytes: await buildVerifyPage() };
  };
  archive = await archiveBytes(sampleArchiveInputV2({ documents }));
  const built = filesOf(archive).get('verify.html')!;
  await writeFile(join(directory, 'verify.html'), built);
  await writeFile(join(directory, 'archive.zip'), archive);
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // One process for everything would end with the first page.
    args: chromium.args.filter((argument) => argument !== '--single-process'),
    headless: true,
  });
});
afterAll(async () => {
  await browser.close();
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  requests = [];
  complaints = [];
  const own = pathToFileURL(join(directory, 'verify.html')).href;
  await page.route('**/*', async (route) => {
    if (route.request().url() === own) return route.continue();
    requests.push(route.request().url());
    return route.abort();
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(own);
});
afterEach(async () => {
  expect(requests).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

async function verdictOf(bytes: Uint8Array, fingerprints: string[] = []): Promise<string> {
  const file = join(directory, 'chosen.zip');
  await writeFile(file, bytes);
  await page.getByLabel('Fingerprints you trust').fill(fingerprints.join('\n'));
  await page.getByLabel('Archive').setInputFiles(file);
  await page.locator('#result h2').waitFor();
  return (await page.locator('#result').innerText()).replaceAll('\n', ' ');
}

describe('verify.html in a browser without a network', () => {
  it('says that a sound archive is verified, and shows keys, anchors, witnesses and what was kept back', async () => {
    const text = await verdictOf(archive);
    expect(await page.locator('#result h2').innerText()).toBe('Verified');
    expect(text).toContain(pins[0]);
    expect(text).toContain('come from the archive itself');
    expect(text).toContain('Entries up to number 5 existed by Bitcoin block 900007');
    expect(text).toContain('2 later entries are not anchored yet');
    expect(text).toContain(
      'Witness malachor.dev/witness/north-clinic/box-1 has seen the ledger of 8 entries',
    );
    expect(text).toContain('3 were kept back');
    expect(text).not.toContain('differs');
    expect(await page.locator('#status').innerText()).toBe('chosen.zip: verified');
  });

  it('names the damage and its place in a copy with one flipped bit', async () => {
    const offset = Buffer.from(archive).indexOf('"seq":2}') + 6;
    const text = await verdictOf(Uint8Array.from(archive).with(offset, 0x33));
    expect(await page.locator('#result h2').innerText()).toMatch(/^Damaged: \d+ problems$/);
    expect(text).toContain(`${entriesFile}, line 3, entry 2`);
    expect(text).toContain('entry_changed');
  });

  it('names a damaged anchor, and an archive that was cut off', async () => {
    const { files } = offsetsOf(filesOf(archive));
    const anchor = files.find(({ path }) => path === 'ledger/north-clinic/anchors/6.json')!;
    const at = Buffer.from(archive).indexOf('"root":"', anchor.contents) + 8;
    const flipped = Uint8Array.from(archive).with(at, archive.at(at) === 0x30 ? 0x31 : 0x30);
    expect(await verdictOf(flipped)).toContain('ledger/north-clinic/anchors/6.json');
    await page.reload();
    expect(await verdictOf(archive.subarray(0, 20_000))).toContain('of the archive');
  });

  it('accepts only the fingerprints it is given, and says when one is none', async () => {
    expect(await verdictOf(archive, pins)).toContain('Only signatures by the fingerprints you gave');
    await page.reload();
    expect(await verdictOf(archive, ['00'.repeat(32)])).toContain('key_not_trusted');
    await page.reload();
    await page.getByLabel('Fingerprints you trust').fill('123');
    await page.getByLabel('Archive').setInputFiles(join(directory, 'archive.zip'));
    await page.getByText('“123” is no fingerprint').waitFor();
  });

  it('is worked with the keyboard alone, and takes a file that is dropped', async () => {
    await page.getByLabel('Archive').setInputFiles(join(directory, 'archive.zip'));
    await page.locator('#result h2').waitFor();
    await page.locator('#archive').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Verify');
    await page.keyboard.press('Enter');
    await page.locator('#result h2').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('result');

    await page.reload();
    const bytes = Buffer.from(archive).toString('base64');
    await page.evaluate(`{
      const file = new File([Uint8Array.from(atob('${bytes}'), (c) => c.charCodeAt(0))], 'dropped.zip');
      const transfer = new DataTransfer();
      transfer.items.add(file);
      const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.getElementById('drop').dispatchEvent(event);
    }`);
    await page.getByText('dropped.zip: verified').waitFor();
  });

  it('every control has a name, every heading its order, and every text contrast enough', async () => {
    await verdictOf(archive);
    const unnamed = await page.evaluate<string[]>(`[...document.querySelectorAll('input, textarea, button')]
      .filter((control) => !control.labels?.length && !control.textContent.trim()).map((control) => control.id)`);
    expect(unnamed).toEqual([]);
    const levels = await page.evaluate<number[]>(
      `[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName[1]))`,
    );
    expect(levels[0]).toBe(1);
    levels.forEach((level, index) => {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const ratios = await page.evaluate<number[]>(contrastScript);
      expect(ratios.length).toBeGreaterThan(10);
      expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is the same bytes however often it is built from the same sources', async () => {
    expect(sha256(await buildVerifyPage())).toBe(sha256(filesOf(archive).get('verify.html')!));
  });
});

/** Contrast (WCAG 2.2, 1.4.3) of every element with text of its own against the nearest background behind it. */
const contrastScript = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('main *')]
    .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()))
    .map((node) => {
      const [one, two] = [luminance(parse(getComputedStyle(node).color)), luminance(behind(node))];
      return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    });
})()`;
