import type { Observation } from '../../contracts/observation.ts';
import type { ScanInput } from '../../contracts/site-activities.ts';
import { anObservation } from '../../test/builders/incident.ts';
import { scanPage } from './scan-page.ts';

/** A scanner of `count` hosts that notes what it is asked; each host answers with `observationsOf`. */
function aScanner(
  count: number,
  observationsOf: (host: string) => Observation[] = (host) => [anObservation({ host })],
) {
  const asked: (string[] | undefined)[] = [];
  const scanHosts = async ({ site, hosts = [] }: ScanInput) => {
    asked.push(hosts);
    const observations = hosts.flatMap(observationsOf);
    const { os } = anObservation();
    const at = '2026-11-23T10:00:00.000Z';
    return {
      ...{ site, startedAt: at, finishedAt: at, observations },
      hosts: hosts.map((host) => ({ host, os, reachable: true })),
    };
  };
  const hostIds = Array.from({ length: count }, (_unused, index) => `h${index}`);
  return { scanner: { scanHosts, hostIds }, asked };
}

/** Every page of a scan. */
async function pagesOf(
  scanner: ReturnType<typeof aScanner>['scanner'],
  input: Partial<ScanInput> = {},
  maxBytes?: number,
) {
  const pages = [];
  let from: string | undefined;
  do {
    const page = await scanPage(
      scanner,
      { site: 'main-street', ...input, ...(from === undefined ? {} : { from }) },
      undefined,
      maxBytes,
    );
    pages.push(page);
    from = page.next;
    if (pages.length > 100) throw new Error('it does not end');
  } while (from !== undefined);
  return pages;
}

test('hosts come in pages, each host once', async () => {
  const { scanner, asked } = aScanner(35);
  const pages = await pagesOf(scanner);
  expect(asked.map((hosts) => hosts?.length)).toEqual([16, 16, 3]);
  expect(pages.flatMap(({ hosts }) => hosts.map(({ host }) => host))).toEqual(scanner.hostIds);
  expect(pages.flatMap(({ observations }) => observations.map(({ host }) => host))).toEqual(scanner.hostIds);
});

test('only the hosts that were asked for are scanned, one named twice once', async () => {
  const { scanner, asked } = aScanner(35);
  expect(await pagesOf(scanner, { hosts: ['h3', 'h3', 'h4'] })).toHaveLength(1);
  expect(asked).toEqual([['h3', 'h4']]);
});

test('what would make a page too large is left for the next one', async () => {
  const size = Buffer.byteLength(JSON.stringify([anObservation({ host: 'h0' })]));
  const { scanner } = aScanner(5);
  const pages = await pagesOf(scanner, {}, size * 2);
  expect(pages.map(({ hosts }) => hosts.map(({ host }) => host))).toEqual([
    ['h0', 'h1'],
    ['h2', 'h3'],
    ['h4'],
  ]);
});

test('a host that says too much loses its largest answers, and no other host anything', async () => {
  const { scanner } = aScanner(2, (host) => [
    anObservation({ host, check: 'linux.a.small' }),
    anObservation({
      host,
      check: 'linux.a.large',
      facts: host === 'h0' ? { lines: Array.from({ length: 50 }, () => 'x'.repeat(200)) } : {},
    }),
  ]);
  const pages = await pagesOf(scanner, {}, 2_000);
  const told = pages.flatMap(({ observations }) =>
    observations.map(({ host, check, status }) => [host, check, status]),
  );
  expect(told).toEqual([
    ['h0', 'linux.a.small', 'fail'],
    ['h0', 'linux.a.large', 'unknown'],
    ['h1', 'linux.a.small', 'fail'],
    ['h1', 'linux.a.large', 'fail'],
  ]);
  const cut = pages[0]?.observations[1];
  expect(cut).toMatchObject({ facts: {}, error: { code: 'output_too_large' } });
});

test('a page that begins with a host that is gone begins the scan anew', async () => {
  const { scanner } = aScanner(2);
  const page = await scanPage(scanner, { site: 'main-street', from: 'gone' });
  expect(page.hosts.map(({ host }) => host)).toEqual(['h0', 'h1']);
});
