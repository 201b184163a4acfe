import { z } from 'zod';
import { StackError } from '../../stack-error.ts';
import type { CommandResult } from '../../run-command.ts';
import type { RunOptions } from '../lab.ts';
import { connectJsonLines } from './json-lines-socket.ts';

const answerSchema = z.object({
  id: z.number(),
  exitCode: z.number(),
  stdout: z.string(),
  stderr: z.string(),
  timedOut: z.boolean(),
});
type Answer = z.output<typeof answerSchema>;

const defaultTimeoutMs = 120_000;
/** How much longer than the script an answer may take. */
const answerGraceMs = 10_000;

/** The agent in a virtual machine, reached by its serial port: it needs neither network, firewall nor SSH server. */
export interface GuestAgent {
  /** Runs a POSIX shell script as root. Several at once do not wait for each other. */
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  close(): void;
}

/** Connects to the port; what is asked before the agent runs is answered when it does. */
export async function connectAgent(path: string, name: string, timeoutMs: number): Promise<GuestAgent> {
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (cause: Error) => void }>();
  let lastId = 0;
  const socket = await connectJsonLines(path, performance.now() + timeoutMs, {
    line: (value) => {
      const answer = answerSchema.parse(value);
      waiting.get(answer.id)?.resolve(answer);
    },
    end: (cause) => {
      for (const { reject } of waiting.values()) reject(cause);
    },
  });
  socket.hold(false);

  const ask = async (script: string, input: string, timeoutMs: number): Promise<Answer> => {
    const id = (lastId += 1);
    socket.hold(true);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        timer = setTimeout(() => {
          reject(new StackError('not_ready', `lab host ${name} does not answer`, 'Read its console.'));
        }, timeoutMs + answerGraceMs);
        socket.send({ id, script, input, timeoutSeconds: timeoutMs / 1_000 });
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
      if (waiting.size === 0) socket.hold(false);
    }
  };

  return {
    run: async (script, options = {}) => {
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      const { timedOut, exitCode, stdout, stderr } = await ask(script, options.input ?? '', timeoutMs);
      if (!timedOut && (exitCode === 0 || options.allowFailure)) return { exitCode, stdout, stderr };
      const end = timedOut ? `took longer than ${timeoutMs / 1_000} s` : `ended with exit status ${exitCode}`;
      throw new StackError(
        'command_failed',
        `a script on ${name} ${end}: ${stderr.slice(-1_000)}`,
        'Run it by hand to see more.',
      );
    },
    close: () => {
      socket.close();
    },
  };
}
