import { CommandError, exitCodes } from './command-error.ts';

const unitSeconds = { m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds of a length of time as `90m`, `24h` or `7d`. @throws CommandError that names the option */
export function parseDuration(option: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * unitSeconds[unit as keyof typeof unitSeconds];
  throw new CommandError(
    `${option} ${text} is no length of time`,
    'Write it as 90m, 24h or 7d.',
    exitCodes.usage,
  );
}
