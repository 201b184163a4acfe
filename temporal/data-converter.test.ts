import { ActivityFailure, ApplicationFailure, RetryState, defaultPayloadConverter } from '@temporalio/common';
import {
  encodeErrorToFailure,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { createDataConverter } from './data-converter.ts';
import { centralKeyring } from './site-keys.ts';

const converter = loadDataConverter(createDataConverter(centralKeyring(Buffer.alloc(32, 3))));

it('encrypts messages, stacks, details and causes of failures', async () => {
  const cause = new Error('marker-cause');
  const error = ApplicationFailure.create({
    type: 'not_waiting',
    message: 'marker-message',
    details: ['marker-detail'],
    cause,
  });
  const failure = await encodeErrorToFailure(converter, error);
  const stored = JSON.stringify(failure, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  expect(stored).not.toContain('marker');
  expect(stored).toContain('not_waiting');

  const decoded = await decodeOptionalFailureToOptionalError(converter, failure);
  expect(decoded).toMatchObject({
    message: 'marker-message',
    type: 'not_waiting',
    details: ['marker-detail'],
  });
  expect(decoded?.cause).toMatchObject({ message: 'marker-cause' });
});

it('keeps the words of a failure that is passed on twice', async () => {
  const failure = await encodeErrorToFailure(
    converter,
    ApplicationFailure.create({ message: 'disk is full' }),
  );
  const received = await decodeOptionalFailureToOptionalError(converter, failure);
  const wrapped = new ActivityFailure(
    'activity failed',
    'scan',
    '1',
    RetryState.TIMEOUT,
    'appliance',
    received,
  );
  for (let round = 0; round < 2; round += 1) {
    const passedOn = await encodeErrorToFailure(converter, wrapped);
    const arrived = await decodeOptionalFailureToOptionalError(converter, passedOn);
    expect(arrived?.cause).toMatchObject({ message: 'disk is full' });
  }
});

it('leaves values as JSON inside the encryption', () => {
  expect(converter.payloadConverter).toBe(defaultPayloadConverter);
});
