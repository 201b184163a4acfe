import { Context } from '@temporalio/activity';
import { heartbeatEveryMs } from '../contracts/heartbeat.ts';

type Activity = (input: never) => Promise<unknown>;

/** The same activities, each of which heartbeats for as long as it runs. For activities with `heartbeatTimeoutMs`. */
export function withHeartbeats<Activities extends object>(
  activities: Activities,
  currentCall: () => Pick<Context, 'heartbeat'> = () => Context.current(),
  everyMs = heartbeatEveryMs,
): Activities {
  const beating = Object.entries(activities).map(([name, run]: [string, Activity]) => [
    name,
    async (input: never) => {
      const call = currentCall();
      const timer = setInterval(() => {
        call.heartbeat();
      }, everyMs);
      try {
        return await run(input);
      } finally {
        clearInterval(timer);
      }
    },
  ]);
  return Object.fromEntries(beating) as Activities;
}
