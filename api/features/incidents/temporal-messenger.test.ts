import { ServiceError, type Client } from '@temporalio/client';
import { createTemporalMessenger } from './temporal-messenger.ts';

const actor = { name: 'ann', role: 'operator', method: 'bearer-token', credential: '0'.repeat(16) } as const;
const request = { id: '0f3c1a50-26a4-4f0e-9d0a-0d5a1a3c7b11', kind: 'approve' } as const;

/** A client whose every update fails with the gRPC status. */
function failingWith(code: number, details: string): Client {
  const cause = Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
  const executeUpdate = async () => Promise.reject(new ServiceError('Workflow Update failed', { cause }));
  return {
    connection: { withDeadline: (_deadline: number, call: () => Promise<unknown>) => call() },
    workflow: { getHandle: () => ({ executeUpdate }) },
  } as unknown as Client;
}

test.each([
  [
    9,
    'Unable to perform workflow execution update due to Workflow Task in failed state.',
    'not_answered_yet',
  ],
  [14, 'connection refused', 'temporal_unavailable'],
])('gRPC status %i of an update is 503, to be sent again', async (code, details, problem) => {
  const messenger = createTemporalMessenger(failingWith(code, details));
  await expect(messenger.decide('incident/a/b/c.d', { request, actor })).rejects.toMatchObject({
    code: problem,
    status: 503,
  });
});
