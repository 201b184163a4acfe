import { ObjectStoreError } from '../object-store-error.ts';

/** The bytes of an answer. @throws ObjectStoreError damaged where there are more than `maxBytes` */
export async function readBody(body: unknown, key: string, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // In Node the SDK answers with a readable stream; its type names those of browsers, too.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw new ObjectStoreError('damaged', `${key} has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
