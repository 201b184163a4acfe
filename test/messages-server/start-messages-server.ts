import { startLocalMessagesServer, type MessagesServer } from '../../stack/planner/local-messages-server.ts';
import { behaviours, type BehaviourName } from './behaviours.ts';

/** The key the test server accepts. */
export const testApiKey = 'sk-test-3f9c-not-a-real-key';

export interface TestMessagesServer extends Omit<MessagesServer, 'setBehaviour'> {
  /** Changes what it does from the next request on, and forgets the requests so far. */
  behave(name: BehaviourName): void;
}

/** A real Messages API server on loopback that behaves as scripted. */
export async function startMessagesServer(
  options: { port?: number; behaviour?: BehaviourName; model?: string } = {},
): Promise<TestMessagesServer> {
  const { behaviour = 'good', ...rest } = options;
  const server = await startLocalMessagesServer({
    ...rest,
    apiKey: testApiKey,
    behaviour: behaviours[behaviour],
  });
  return {
    ...server,
    behave: (name) => {
      server.requests.length = 0;
      server.setBehaviour(behaviours[name]);
    },
  };
}
