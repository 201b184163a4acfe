import { type ArchiveProblem, maxProblems, type Report } from './report.ts';

/** The problems of an archive as they are found. */
export class ProblemList {
  readonly problems: ArchiveProblem[] = [];
  /** Found, and too many to keep. */
  omitted = 0;

  readonly report: Report = (code, place, message) => {
    if (this.problems.length < maxProblems) this.problems.push({ code, place, message });
    else this.omitted++;
  };
}
