import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connectJsonLines } from './json-lines-socket.ts';

const replySchema = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ desc: z.string() }) }),
]);
const migrationSchema = z.object({ status: z.string().optional(), 'error-desc': z.string().optional() });

/** QEMU's control protocol (QMP), as far as the lab needs it. One caller at a time. */
export interface MachineControl {
  /** Stops the machine and writes all of its state but the memory, which its file has, to `file`. */
  save(file: string): Promise<void>;
  /** Continues the machine from what `save` wrote. */
  resume(file: string): Promise<void>;
  /** What the reset button does. */
  reset(): Promise<void>;
  /** Ends QEMU. */
  quit(): Promise<void>;
  close(): void;
}

/** Connects to QEMU's control socket within `timeoutMs`. */
export async function connectControl(path: string, timeoutMs: number): Promise<MachineControl> {
  let waiting: { resolve: (value: unknown) => void; reject: (cause: Error) => void } | undefined;
  const socket = await connectJsonLines(path, performance.now() + timeoutMs, {
    line: (value) => {
      // Greeting and events are neither.
      const reply = replySchema.safeParse(value);
      if (!reply.success) return;
      if ('error' in reply.data) waiting?.reject(new Error(`QEMU refused: ${reply.data.error.desc}`));
      else waiting?.resolve(reply.data.return);
    },
    end: (cause) => waiting?.reject(cause),
  });
  const execute = (command: string, args: Record<string, unknown> = {}) =>
    new Promise<unknown>((resolve, reject) => {
      waiting = { resolve, reject };
      socket.send({ execute: command, arguments: args });
    });
  const migrated = async () => {
    for (;;) {
      const { status, 'error-desc': cause } = migrationSchema.parse(await execute('query-migrate'));
      if (status === 'completed') return;
      if (status === 'failed')
        throw new Error(`QEMU could not move the machine’s state: ${cause ?? 'why is not told'}`);
      await sleep(10);
    }
  };
  const exceptMemory = { capabilities: [{ capability: 'x-ignore-shared', state: true }] };
  const quoted = (file: string) => `'${file.replaceAll("'", `'\\''`)}'`;

  await execute('qmp_capabilities');
  return {
    save: async (file) => {
      await execute('stop');
      await execute('migrate-set-capabilities', exceptMemory);
      await execute('migrate', { uri: `exec:cat > ${quoted(file)}` });
      await migrated();
    },
    resume: async (file) => {
      await execute('migrate-set-capabilities', exceptMemory);
      await execute('migrate-incoming', { uri: `exec:cat ${quoted(file)}` });
      await migrated();
      await execute('cont');
    },
    reset: async () => {
      await execute('system_reset');
    },
    quit: async () => {
      await execute('quit');
    },
    close: () => {
      socket.close();
    },
  };
}
