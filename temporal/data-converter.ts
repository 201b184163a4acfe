import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from './payload-codec.ts';
import type { Keyring } from './site-keys.ts';

/** Path of the failure converter, for `bundleWorkflowCode` too. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/**
 * The data converter of every worker and client: JSON, encrypted per site, failures included. All processes that share
 * a workflow must use it; a workflow bundle built ahead needs `failureConverterPath`.
 */
export function createDataConverter(keyring: Keyring): DataConverter {
  return { failureConverterPath, payloadCodecs: [createPayloadCodec({ keyring })] };
}
