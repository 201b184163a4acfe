import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import type { DataPath, SourceFile } from './yaml-source.ts';
import { describePath } from './yaml-source.ts';

/** Gathers what is wrong with one part of a file. */
export interface Findings {
  readonly problems: CatalogProblem[];
  add(path: DataPath, reason: string): void;
  addAtLine(line: number, path: DataPath, reason: string): void;
}

export function createFindings(source: SourceFile<unknown>, id: string): Findings {
  const problems: CatalogProblem[] = [];
  const addAtLine = (line: number, path: DataPath, reason: string) => {
    problems.push({ file: source.file, line, reason: `${describePath(path)}${reason}`, id });
  };
  return {
    problems,
    addAtLine,
    add: (path, reason) => {
      addAtLine(source.lineOf(path), path, reason);
    },
  };
}
