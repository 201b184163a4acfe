import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { tryLock } from './process-lock.ts';
import { StackError } from './stack-error.ts';

/** Where each part keeps its state, under one data directory. */
export interface DataDirectory {
  path: string;
  secrets: string;
  postgres: string;
  temporal: string;
  logs: string;
  /** Notes of running processes. */
  run: string;
  /** Directory of one site's appliance: its configuration, state and own secrets. */
  appliance: (site: string) => string;
  /** Notes the addresses for whoever asks later. */
  note: (addresses: object) => void;
  release: () => void;
}

const holderSchema = z.object({ pid: z.number(), startedAt: z.string() });

/**
 * Takes the data directory for this process, making it where it is missing. Rejects with `already_running`, saying who
 * has it and how to end them, where another process works on it.
 */
export function takeDataDirectory(directory: string, now: Date): DataDirectory {
  const path = resolve(directory);
  const isNew = !existsSync(path);
  mkdirSync(path, { recursive: true });
  // The database server, which must not be root, passes through to its own directory; all else in here is closed to it.
  if (isNew) chmodSync(path, 0o711);
  const noteFile = join(path, 'stack.json');
  const lock = tryLock(join(path, 'stack.lock'));
  if (!lock) throw alreadyRunning(path, noteFile);
  const note = (addresses: object) => {
    const text = JSON.stringify({ pid: process.pid, startedAt: now.toISOString(), ...addresses });
    writeFileSync(noteFile, `${text}\n`, { mode: 0o600 });
  };
  note({});
  return {
    path,
    secrets: join(path, 'secrets'),
    postgres: join(path, 'postgres'),
    temporal: join(path, 'temporal'),
    logs: join(path, 'logs'),
    run: join(path, 'run'),
    appliance: (site) => join(path, 'appliances', site),
    note,
    release: () => {
      lock.release();
    },
  };
}

function alreadyRunning(path: string, noteFile: string): StackError {
  let holder: z.output<typeof holderSchema> | undefined;
  try {
    holder = holderSchema.parse(JSON.parse(readFileSync(noteFile, 'utf8')));
  } catch {
    // It has the lock but has not written its note yet.
  }
  const who = holder ? `process ${holder.pid}, since ${holder.startedAt},` : 'another process';
  const stop = holder
    ? `Stop it with Ctrl-C where it runs or with \`kill ${holder.pid}\``
    : 'Stop it with Ctrl-C where it runs';
  return new StackError(
    'already_running',
    `Malachor is already running on ${path}: ${who} has it`,
    `${stop}, or choose other data with --data DIR.`,
  );
}
