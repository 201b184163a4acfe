import { config } from 'zod';
import { blobSource } from '../archive/byte-source.ts';
import { verifyArchive } from '../archive/verify-archive.ts';
import { portableCryptography } from '../portable/cryptography.ts';
import { describeReport } from './describe-report.ts';
import type { PageDocument, PageFile } from './dom.ts';
import { element } from './dom.ts';
import { renderReport } from './render-report.ts';

// The page's policy forbids making code out of text, which the schemas would otherwise try for speed.
config({ jitless: true });

startPage((globalThis as unknown as { document: PageDocument }).document);

/** What the page does: verify what is chosen or dropped, and say what came of it. */
function startPage(document: PageDocument): void {
  const find = (id: string) => {
    const found = document.getElementById(id);
    if (!found) throw new Error(`The page has no element ${id}.`);
    return found;
  };
  const [form, drop, input, keys, status, result] = [
    find('form'),
    find('drop'),
    find('archive'),
    find('keys'),
    find('status'),
    find('result'),
  ];

  /** Of several runs only the last one speaks. */
  let latest = 0;
  const run = async (file: PageFile) => {
    const own = ++latest;
    const say = (text: string) => {
      if (own === latest) status.textContent = text;
    };
    result.replaceChildren();
    const fingerprints = keys.value.split(/\s+/).filter((text) => text !== '');
    const wrong = fingerprints.find((text) => !/^[0-9a-f]{64}$/i.test(text));
    if (wrong !== undefined) {
      say(`“${wrong}” is no fingerprint: one has 64 digits from 0 to 9 and a to f.`);
      return;
    }
    say(`Verifying ${file.name} …`);
    try {
      const report = await verifyArchive(blobSource(file), {
        cryptography: portableCryptography,
        trustedKeys: fingerprints.length === 0 ? undefined : fingerprints.map((text) => text.toLowerCase()),
        onProgress: (verified, entries) => {
          say(`Verifying ${file.name}: ${verified} of ${entries} entries …`);
        },
      });
      if (own !== latest) return;
      result.replaceChildren(...renderReport(document, describeReport(report)));
      say(`${file.name}: ${report.verified ? 'verified' : 'damaged'}`);
      result.focus();
    } catch {
      say(`${file.name} could not be read. Choose it again.`);
      result.replaceChildren(element(document, 'p', 'Nothing was verified.'));
    }
  };
  const runFirst = (files: ArrayLike<PageFile> | null | undefined) => {
    const file = files?.[0];
    if (file) void run(file);
    else status.textContent = 'Choose an archive first.';
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runFirst(input.files);
  });
  input.addEventListener('change', () => {
    runFirst(input.files);
  });
  for (const name of ['dragover', 'dragleave', 'drop']) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.className = name === 'dragover' ? 'over' : '';
      if (name === 'drop') runFirst(event.dataTransfer?.files);
    });
  }
}
