import { EventEmitter } from 'node:events';
import type { Client } from 'ssh2';
import { ConnectionPool } from './connection-pool.ts';

/** A client whose host answers a goodbye or not. */
class FakeClient extends EventEmitter {
  readonly said: string[] = [];
  readonly #answers: boolean;

  constructor(answers: boolean) {
    super();
    this.#answers = answers;
  }

  end(): void {
    this.said.push('goodbye');
    if (this.#answers) this.emit('close');
  }

  /** As in ssh2, whose destroy() does nothing once the writing side has ended. */
  destroy(): void {
    throw new Error('of no use here');
  }

  readonly _sock = {
    destroy: () => {
      this.said.push('hung up');
      this.emit('close');
    },
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function closedPoolOf(client: FakeClient): Promise<void> {
  const pool = new ConnectionPool({ open: async () => client as unknown as Client, idleMs: 1_000 });
  await pool.with('srv-1', async () => undefined);
  pool.close();
  await jest.advanceTimersByTimeAsync(10_000);
}

test('a host that is gone and answers no goodbye is hung up on', async () => {
  const client = new FakeClient(false);
  await closedPoolOf(client);
  expect(client.said).toEqual(['goodbye', 'hung up']);
});

test('a host that answers is left in peace', async () => {
  const client = new FakeClient(true);
  await closedPoolOf(client);
  expect(client.said).toEqual(['goodbye']);
});
