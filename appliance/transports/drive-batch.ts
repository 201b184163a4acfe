import type { Readable } from 'node:stream';
import type { RunNames } from './compose-script.ts';
import { composeBatch, type NumberedProbe } from './compose-batch.ts';
import type { ShellSession } from './drive-run.ts';
import { MarkedStream, type StreamPiece } from './marked-stream.ts';
import { ProbeOutputs } from './probe-outputs.ts';
import { TransportError } from './transport-error.ts';
import type { ProbeOutcome } from './transport.ts';

export interface BatchOptions {
  host: string;
  names: RunNames;
  elevate: 'sudo' | 'none';
  maxOutputBytes: number;
  /** When the whole batch has to be over, by our clock. */
  deadlineMs: number;
  now: () => number;
  signal?: AbortSignal;
}

/** What one session made of a batch. */
export interface BatchAttempt {
  /** By the probes' numbers; those that are not in it did not run. */
  outcomes: ReadonlyMap<number, ProbeOutcome>;
  /** What the host said when the session began; absent where it said nothing. */
  hello?: { clock: string; osRelease: string; sentAtMs: number; heardAtMs: number };
  /** Why nothing more can be run on this connection; absent where another session may run what is left. */
  lost?: TransportError;
}

/** How long the host may take for each step of its own: a shell, root, the next probe. */
const stepTimeoutMs = 30_000;
/** How long it is given to kill a batch before we leave it alone with it. */
const killTimeoutMs = 3_000;
/** How long one stream may trail the other, and both the end of the shell. */
const trailingMs = 500;

/** Feeds the probes to the session, and settles with what became of them. Never rejects. */
export function driveBatch(
  session: ShellSession,
  probes: readonly NumberedProbe[],
  options: BatchOptions,
): Promise<BatchAttempt> {
  return new Promise((resolve) => {
    new BatchDrive(session, probes, options, resolve).start();
  });
}

class BatchDrive {
  readonly #session: ShellSession;
  readonly #probes: ReadonlyMap<number, NumberedProbe>;
  readonly #options: BatchOptions;
  readonly #resolve: (attempt: BatchAttempt) => void;
  readonly #outputs: ProbeOutputs;
  readonly #failed = new Map<number, TransportError>();
  readonly #sentAtMs: number;
  #hello: BatchAttempt['hello'];
  #lost: TransportError | undefined;
  #running: NumberedProbe | undefined;
  #stage: 'shell' | 'system' | 'account' | 'sudo' | 'root' = 'shell';
  #step: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  /** Streams on which the host said that it is done. */
  readonly #done = new Set<'stdout' | 'stderr'>();
  #exit: { code: number | undefined } | undefined;
  /** Set when nothing that the host says counts any more. */
  #isOver = false;
  #isSettled = false;

  constructor(
    session: ShellSession,
    probes: readonly NumberedProbe[],
    options: BatchOptions,
    resolve: (attempt: BatchAttempt) => void,
  ) {
    this.#session = session;
    this.#probes = new Map(probes.map((each) => [each.number, each]));
    this.#options = options;
    this.#resolve = resolve;
    this.#outputs = new ProbeOutputs(options.maxOutputBytes);
    this.#sentAtMs = options.now();
  }

  start(): void {
    const { host, names, elevate, deadlineMs, signal } = this.#options;
    const leftMs = Math.max(0, deadlineMs - this.#sentAtMs);
    const listen = (stream: Readable, take: (piece: StreamPiece) => void): void => {
      const marked = new MarkedStream(names.marker);
      stream.on('data', (chunk: Buffer) => {
        if (this.#exit !== undefined && !this.#isOver) this.#awaitEnd();
        for (const piece of marked.push(chunk)) if (!this.#isOver) take(piece);
      });
    };
    listen(this.#session.stdout, (piece) => {
      if (piece.kind === 'mark') this.#takeMark(piece.words);
      else this.#takeOutput(piece.bytes);
    });
    listen(this.#session.stderr, (piece) => {
      if (piece.kind === 'mark') this.#takeErrorMark(piece.words);
      else if (!this.#outputs.addError(piece.bytes)) this.#stopFlood();
    });
    // A shell that ends before it has read everything breaks this pipe; how it ended is told by its exit.
    this.#session.stdin.on('error', () => undefined);
    this.#session.onExit((code) => {
      this.#exit = { code };
      if (!this.#isOver) this.#awaitEnd();
    });
    this.#session.onClose(() => {
      this.#takeEnd();
    });
    this.#deadline = setTimeout(() => {
      this.#lose(this.#error('timeout', `the scripts did not all end in time on ${host} and were killed`));
    }, leftMs);
    this.#await(stepTimeoutMs, () => {
      this.#lose(this.#error('timeout', `${host} started no shell within ${stepTimeoutMs} ms`, false));
    });
    signal?.addEventListener('abort', this.#abort);
    const text = composeBatch(
      { probes: [...this.#probes.values()], elevate, giveUpAfterSeconds: Math.ceil(leftMs / 1000) + 30 },
      names,
    );
    this.#session.stdin.write(text);
    if (signal?.aborted) this.#abort();
  }

  readonly #abort = (): void => {
    this.#lose(this.#error('timeout', `the scripts on ${this.#options.host} were cancelled and killed`));
  };

  #takeMark(words: readonly string[]): void {
    const [word, first = '', second = ''] = words;
    if (word === 'hello') {
      this.#hello = {
        clock: first,
        osRelease: '',
        sentAtMs: this.#sentAtMs,
        heardAtMs: this.#options.now(),
      };
      this.#stage = 'system';
      this.#awaitNext();
    } else if (word === 'begin') this.#begin(Number(first));
    else if (word === 'end') this.#end(Number(first), Number(second));
    else if (word === 'sudo' || word === 'root') {
      this.#stage = word;
      this.#await(stepTimeoutMs, () => {
        this.#fail('timeout', `sudo did not answer within ${stepTimeoutMs} ms on ${this.#options.host}`);
      });
    } else if (word === 'done') this.#takeDone('stdout');
  }

  #takeErrorMark(words: readonly string[]): void {
    if (words[0] === 'begin') this.#outputs.beginError(Number(words[1]));
    else if (words[0] === 'done') this.#takeDone('stderr');
    else this.#outputs.endError();
  }

  #takeOutput(bytes: Buffer): void {
    if (this.#running !== undefined) {
      if (!this.#outputs.add(bytes)) this.#stopFlood();
    } else if (this.#hello !== undefined && this.#stage === 'system') {
      this.#hello.osRelease = (this.#hello.osRelease + bytes.toString()).slice(0, 4_096);
    }
  }

  #begin(number: number): void {
    const probe = this.#probes.get(number);
    if (probe === undefined) return;
    this.#running = probe;
    if (this.#stage === 'system') this.#stage = 'account';
    this.#outputs.begin(number);
    const { timeoutMs } = probe.probe;
    this.#await(timeoutMs, () => {
      this.#fail(
        'timeout',
        `the script, or something that it started, did not end within ${timeoutMs} ms on ${this.#options.host} and was killed`,
      );
    });
  }

  #end(number: number, exitCode: number): void {
    if (this.#running?.number !== number) return;
    this.#outputs.end(exitCode);
    this.#running = undefined;
    this.#awaitNext();
  }

  #stopFlood(): void {
    const { host, maxOutputBytes } = this.#options;
    this.#fail(
      'output_too_large',
      `the script printed more than ${maxOutputBytes} bytes on ${host} and was killed`,
    );
  }

  /** The probe that runs, or everything that waits for sudo, has failed; the host ends the batch. */
  #fail(code: TransportError['code'], message: string): void {
    const error = this.#error(code, message, this.#running !== undefined);
    if (this.#running !== undefined) this.#failed.set(this.#running.number, error);
    else this.#failAll(this.#stage === 'sudo', error);
    this.#kill();
  }

  /** Every probe without an outcome, or those of them that need sudo. */
  #failAll(onlySudo: boolean, error: TransportError): void {
    for (const { number, probe } of this.#probes.values()) {
      if ((!onlySudo || probe.sudo) && this.#outputs.of(number) === undefined)
        this.#failed.set(number, error);
    }
  }

  /** Nothing more can be had of this connection. */
  #lose(error: TransportError): void {
    if (this.#isOver) return;
    this.#lost = error;
    this.#kill();
  }

  #kill(): void {
    this.#isOver = true;
    this.#session.stdin.end();
    this.#await(killTimeoutMs, () => {
      this.#settle();
    });
  }

  /** The streams are not in step: what standard error says first must not cut off what is still to come. */
  #takeDone(stream: 'stdout' | 'stderr'): void {
    this.#done.add(stream);
    if (this.#done.size === 2) this.#takeEnd();
    else if (stream === 'stdout') this.#awaitEnd();
  }

  /** The session has ended, or the host says that it has no more to say. */
  #takeEnd(): void {
    const { host } = this.#options;
    const said = (/\S.*/.exec(this.#outputs.strayError)?.[0] ?? 'no reason given').slice(0, 200);
    if (this.#isOver) {
      // What became of it is known already.
    } else if (this.#exit === undefined && !this.#done.has('stdout')) {
      this.#lost = this.#error('connection_lost', `the connection to ${host} ended before the scripts did`);
    } else if (this.#stage === 'shell') {
      const message = `the account may not run a shell on ${host}: ${said}`;
      this.#lost = this.#error('authentication_failed', message, false);
    } else if (this.#stage === 'sudo') {
      this.#failAll(true, this.#error('sudo_refused', `${host} refused sudo: ${said}`, false));
    } else if (this.#running !== undefined) {
      const message = `the shell that ran the script on ${host} was killed meanwhile`;
      this.#failed.set(this.#running.number, this.#error('connection_lost', message));
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#step);
    clearTimeout(this.#deadline);
    this.#isOver = true;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#session.stdin.end();
    this.#session.destroy();
    const outcomes = new Map<number, ProbeOutcome>();
    for (const number of this.#probes.keys()) {
      const error = this.#failed.get(number);
      const ended = this.#outputs.of(number);
      if (error !== undefined) outcomes.set(number, { ok: false, error });
      else if (ended !== undefined) outcomes.set(number, { ok: true, ...ended });
    }
    this.#resolve({
      outcomes,
      ...(this.#hello === undefined ? {} : { hello: this.#hello }),
      ...(this.#lost === undefined ? {} : { lost: this.#lost }),
    });
  }

  #awaitEnd(): void {
    this.#await(trailingMs, () => {
      this.#takeEnd();
    });
  }

  #awaitNext(): void {
    this.#await(stepTimeoutMs, () => {
      this.#lose(this.#error('timeout', `${this.#options.host} did not go on with the scripts`));
    });
  }

  #await(milliseconds: number, onLate: () => void): void {
    clearTimeout(this.#step);
    if (this.#isSettled) return;
    const step = setTimeout(() => {
      // What arrived while this process was busy counts before the clock does.
      setImmediate(() => {
        if (this.#step === step && !this.#isSettled) onLate();
      });
    }, milliseconds);
    this.#step = step;
  }

  #error(code: TransportError['code'], message: string, mayHaveStarted = true): TransportError {
    return new TransportError(code, message, { mayHaveStarted });
  }
}
