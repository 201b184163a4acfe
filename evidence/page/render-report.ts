import { element, type PageDocument, type PageElement } from './dom.ts';
import type { ReportText } from './describe-report.ts';

/** The report as elements; every text is set as text, never as markup: an archive may hold anything. */
export function renderReport(document: PageDocument, report: ReportText): PageElement[] {
  const make = (tag: string, ...children: (PageElement | string)[]) => element(document, tag, ...children);
  const heading = make('h2', report.heading);
  heading.className = report.verdict;
  const list = (items: readonly string[]) => make('ul', ...items.map((item) => make('li', item)));
  const problems = report.problems.map(({ place, message, code }) =>
    make('li', make('code', place), make('br'), `${message} (${code})`),
  );
  const keys = report.keys.map(({ use, fingerprint, isGiven }) =>
    make('li', `${use}: `, make('code', fingerprint), isGiven ? ' (one you gave)' : ''),
  );
  return [
    heading,
    make('p', report.meaning),
    ...(problems.length === 0 ? [] : [make('h3', 'What differs, and where'), make('ol', ...problems)]),
    ...(report.more === undefined ? [] : [make('p', report.more)]),
    make('h3', 'Keys'),
    make('p', report.keyNote),
    make('ul', ...keys),
    ...report.sites.flatMap(({ name, lines, gaps }) => [
      make('h3', `Site ${name}`),
      list(lines),
      make('h4', `Gaps in time at ${name}`),
      list(gaps),
    ]),
  ];
}
