import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';

/** `temporal.api.common.v1.Payload` in protobuf's JSON form: bytes as base64. */
const payloadSchema = z.looseObject({
  metadata: z.record(z.string(), z.base64()).nullish(),
  data: z.base64().nullish(),
});
export const payloadsSchema = z.strictObject({ payloads: z.array(payloadSchema).max(10_000) });
export type JsonPayloads = z.output<typeof payloadsSchema>;

/**
 * Decodes what can be decoded and leaves the rest as it was, so that one payload with an unknown key does not hide a
 * whole history.
 */
export async function decodePayloads(codec: PayloadCodec, { payloads }: JsonPayloads): Promise<JsonPayloads> {
  return {
    payloads: await Promise.all(
      payloads.map(async (payload) => {
        try {
          const [decoded] = await codec.decode([fromJson(payload)]);
          return decoded ? toJson(decoded) : payload;
        } catch {
          return payload;
        }
      }),
    ),
  };
}

function fromJson({ metadata, data }: z.output<typeof payloadSchema>): Payload {
  const entries = Object.entries(metadata ?? {}).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
  return {
    metadata: Object.fromEntries(entries) as Record<string, Uint8Array>,
    data: Buffer.from(data ?? '', 'base64'),
  };
}

function toJson({ metadata, data }: Payload): JsonPayloads['payloads'][number] {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]);
  return { metadata: Object.fromEntries(entries) as Record<string, string>, data: base64(data) };
}

function base64(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('base64');
}
