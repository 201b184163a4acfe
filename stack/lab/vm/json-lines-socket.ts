import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection to a local socket on which both sides write a JSON object a line. */
export interface JsonLinesSocket {
  send(value: unknown): void;
  /** Whether the connection alone keeps this process from ending. */
  hold(isHeld: boolean): void;
  close(): void;
}

/** Connects to the socket `path` as soon as somebody listens there; rejects when `deadline` (monotonic ms) has passed. */
export async function connectJsonLines(
  path: string,
  deadline: number,
  on: { line: (value: unknown) => void; end: (cause: Error) => void },
): Promise<JsonLinesSocket> {
  const socket = await connectWhenThere(path, deadline);
  let failure: Error | undefined;
  socket.on('error', (error) => (failure = error));
  socket.on('close', () => {
    on.end(failure ?? new Error(`the other side of ${path} closed the connection`));
  });
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => {
    const value = parseJson(line);
    if (value !== undefined) on.line(value);
  });
  // It passes on the socket's errors, which are told by its end.
  lines.on('error', () => undefined);
  return {
    send: (value) => {
      // The leading newline ends whatever a reset may have cut off.
      socket.write(`\n${JSON.stringify(value)}\n`);
    },
    hold: (isHeld) => {
      if (isHeld) socket.ref();
      else socket.unref();
    },
    close: () => {
      socket.destroy();
    },
  };
}

async function connectWhenThere(path: string, deadline: number): Promise<Socket> {
  for (;;) {
    const attempt = connect({ path });
    const failure = await new Promise<Error | undefined>((resolve) => {
      attempt.once('connect', () => {
        resolve(undefined);
      });
      attempt.once('error', resolve);
    });
    if (!failure) return attempt;
    if (performance.now() > deadline) throw failure;
    await sleep(10);
  }
}

/** Undefined where the line is no JSON: an empty one, or one that a reset cut. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
