import {
  DefaultFailureConverter,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';

type Failure = ReturnType<DefaultFailureConverter['errorToFailure']>;

/**
 * Moves message and stack of every failure into a payload, which the codec encrypts. What stays readable is the
 * failure's type: use codes as types, never text about a host or a person.
 */
class EncryptedFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  override errorToFailureInner(
    error: unknown,
    payloadConverter: PayloadConverter,
    context?: SerializationContext,
  ): Failure {
    // The base class empties the result's message in place, and for a received failure that is the error's own copy.
    return { ...super.errorToFailureInner(error, payloadConverter, context) };
  }
}

/** Loaded by path, by the worker, by clients and inside the workflow sandbox. */
export const failureConverter = new EncryptedFailureConverter();
