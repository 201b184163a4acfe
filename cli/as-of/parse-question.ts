import { type Framework, frameworks } from '../../contracts/controls.ts';
import { hostIdSchema } from '../../contracts/ids.ts';
import type { AsOfQuestion } from '../../evidence/completeness/as-of.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { parseDuration } from '../parse-duration.ts';

export interface QuestionOptions {
  host: string;
  control: string;
  date: string;
  framework: string;
  knownBy?: string;
  staleAfter: string;
}

/** The question that the options ask. Throws CommandError for what is none, and for a time that is yet to come. */
export function parseQuestion(options: QuestionOptions, now: Date): AsOfQuestion {
  const host = hostIdSchema.safeParse(options.host);
  if (!host.success) throw usage(`--host ${options.host} is no host`, 'Give its id, as the scans name it.');
  const { knownBy } = options;
  return {
    host: host.data,
    framework: parseFramework(options.framework),
    control: parseControl(options.control),
    date: parseMoment('--date', options.date, now),
    ...(knownBy !== undefined && { knownBy: parseMoment('--known-by', knownBy, now) }),
    staleAfterSeconds: parseDuration('--stale-after', options.staleAfter),
  };
}

/** A bare day means its end in UTC; today, now. */
function parseMoment(option: string, text: string, now: Date): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDay ? Date.parse(`${text}T23:59:59.999Z`) : isMoment ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || (isDay && new Date(time).toISOString().slice(0, 10) !== text))
    throw usage(
      `${option} ${text} is no time`,
      'Write a day as 2026-01-31, which means its end in UTC, or a moment as 2026-01-31T08:00:00Z.',
    );
  if (isDay && text === now.toISOString().slice(0, 10)) return now.toISOString();
  if (time > now.getTime()) throw usage(`${option} ${text} is yet to come`, 'Ask about a time that is over.');
  return new Date(time).toISOString();
}

function parseFramework(text: string): Framework {
  const found = frameworks.find((framework) => framework === text);
  if (found) return found;
  throw usage(`--framework ${text} is not known`, `Choose from ${frameworks.join(', ')}.`);
}

function parseControl(text: string): string {
  if (/^[A-Za-z0-9]+([.()-][A-Za-z0-9()]*)*$/.test(text) && text.length <= 100) return text;
  throw usage(`--control ${text} is no control`, "Write it as '164.312(a)(2)(iv)', in quotes.");
}

function usage(message: string, nextStep: string): CommandError {
  return new CommandError(message, nextStep, exitCodes.usage);
}
