import { z } from 'zod';

/** A line that a runbook of the fault test wrote on its host: what really ran there, whoever says what about it. */
export interface RunMark {
  host: string;
  mark: 'start' | 'end';
  action: 'remediate' | 'rollback';
  order: string;
  /** Name of the switch. */
  name: string;
  /** Number of the drift that was there. */
  drift: number;
  /** The host's clock, milliseconds since epoch. */
  atMs: number;
}

const markSchema = z.tuple([
  z.enum(['start', 'end']),
  z.enum(['remediate', 'rollback']),
  z.uuid(),
  z.string().regex(/^[a-z-]+$/),
  z.coerce.number().int(),
  z.coerce.number().int(),
]);

/** Reads a host's log. Throws where a line is not one of a runbook: then nothing can be said of what ran. */
export function parseHostLog(host: string, text: string): RunMark[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parsed = markSchema.safeParse(line.split(' '));
      if (!parsed.success) throw new Error(`${host} has a line in its log that no runbook wrote: ${line}`);
      const [mark, action, order, name, drift, atMs] = parsed.data;
      return { host, mark, action, order, name, drift, atMs };
    });
}
