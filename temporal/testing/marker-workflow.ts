import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  upsertMemo,
} from '@temporalio/workflow';

/** What the test hands around; every message carries it. */
export interface Marked {
  marker: string;
}

export interface MarkerActivities {
  centralEcho(input: Marked): Promise<Marked>;
  siteEcho(input: Marked): Promise<Marked>;
  siteFailure(input: Marked): Promise<void>;
}

export const markedSignal = defineSignal<[Marked]>('marked');
export const markedQuery = defineQuery<Marked, [Marked]>('marked');
export const markedUpdate = defineUpdate<Marked, [Marked]>('marked');
export const refusedUpdate = defineUpdate<Marked, [Marked]>('refused');
export const finishSignal = defineSignal('finish');

const retry = { maximumAttempts: 1 };
const central = proxyActivities<MarkerActivities>({ startToCloseTimeout: '10s', retry });
const site = proxyActivities<MarkerActivities>({
  taskQueue: 'site-clinic',
  startToCloseTimeout: '10s',
  retry,
});

/** Sends its input through everything that Temporal stores, then fails with it. */
export async function marked(input: Marked): Promise<void> {
  let isFinished = false;
  setHandler(markedSignal, () => undefined);
  setHandler(markedQuery, (given) => given);
  setHandler(markedUpdate, (given) => given);
  setHandler(refusedUpdate, (given) => given, {
    validator: ({ marker }) => {
      throw ApplicationFailure.nonRetryable(`refused ${marker}`, 'not_waiting');
    },
  });
  setHandler(finishSignal, () => {
    isFinished = true;
  });
  upsertMemo({ note: input.marker });
  await central.centralEcho(input);
  await site.siteEcho(input);
  await condition(() => isFinished);
  await site.siteFailure(input);
}
