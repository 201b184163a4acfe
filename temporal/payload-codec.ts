import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto';
import { siteOfWorkflowId } from '../contracts/ids.ts';
import { CodecError } from './codec-error.ts';
import { formatKeyId, parseKeyId } from './key-id.ts';
import type { Keyring } from './site-keys.ts';

const PayloadMessage = proto.temporal.api.common.v1.Payload;

/** Metadata `encoding` of a payload of this codec. */
export const encryptedEncoding = 'binary/encrypted';
/** Metadata entry that names the key. */
export const keyIdMetadata = 'malachor-key';

const cipherName = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

export interface PayloadCodecOptions {
  keyring: Keyring;
  /**
   * What decoding does with a payload that is not encrypted. `refuse` (default), because whoever can write to Temporal
   * could otherwise forge a person's decision; `pass` for showing histories, where nothing acts on the result.
   */
  plaintext?: 'refuse' | 'pass';
  /** Source of nonces; random bytes by default. */
  random?: (bytes: number) => Uint8Array;
}

/**
 * Encrypts every payload that Temporal stores with AES-256-GCM (NIST SP 800-38D) under the key of the site whose
 * workflow it belongs to. `data` is a 12-byte random nonce, the ciphertext of the whole original payload (metadata
 * included, as protobuf) and the 16-byte tag; the key id is authenticated. Random nonces allow 2^32 payloads a key.
 *
 * The SDK names the workflow for inputs, results, signals, queries, updates, memo, activities, heartbeats and failures;
 * where it does not, the keyring's own key is used. It never hands over search attributes and headers: those are
 * stored in the clear and carry ids only. Throws `CodecError`.
 */
export function createPayloadCodec(options: PayloadCodecOptions): PayloadCodec {
  const { keyring, plaintext = 'refuse', random = randomBytes } = options;
  return {
    async encode(payloads, context) {
      const { id, key } = keyring.encryptionKey(siteOf(context));
      const keyId = formatKeyId(id);
      return payloads.map((payload) => {
        const nonce = random(nonceBytes);
        const cipher = createCipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
        cipher.setAAD(authenticated(keyId));
        const body = cipher.update(PayloadMessage.encode(payload).finish());
        return {
          metadata: { encoding: Buffer.from(encryptedEncoding), [keyIdMetadata]: Buffer.from(keyId) },
          data: Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]),
        };
      });
    },
    async decode(payloads, context) {
      return payloads.map((payload) => {
        if (isEncrypted(payload)) return decrypt(payload, keyring, siteOf(context));
        if (plaintext === 'pass') return payload;
        throw new CodecError(
          'not_encrypted',
          'a payload arrived unencrypted: send messages through the API, not through Temporal Web or its command line',
        );
      });
    },
  };
}

/** Whether a payload says it was made by this codec. */
export function isEncrypted(payload: Payload): boolean {
  return metadataText(payload, 'encoding') === encryptedEncoding;
}

function decrypt(payload: Payload, keyring: Keyring, site: string | undefined): Payload {
  const keyId = metadataText(payload, keyIdMetadata) ?? '';
  const id = parseKeyId(keyId);
  if (!id) throw new CodecError('malformed', 'an encrypted payload does not name its key');
  // A copy of another site's ciphertext would otherwise be read as this site's words.
  if (site !== undefined && id.site !== undefined && id.site !== site) {
    throw new CodecError('wrong_site', `a payload of key ${keyId} turned up in a workflow of site ${site}`);
  }
  const key = keyring.decryptionKey(id);
  if (!key) {
    throw new CodecError(
      'unknown_key',
      `this process has no payload key ${keyId}: check its site and key version`,
    );
  }
  const data = payload.data ?? new Uint8Array();
  if (data.length < nonceBytes + tagBytes) {
    throw new CodecError('malformed', `an encrypted payload of key ${keyId} is too short`);
  }
  const decipher = createDecipheriv(cipherName, key, data.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(authenticated(keyId));
  decipher.setAuthTag(data.subarray(-tagBytes));
  const body = decipher.update(data.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    throw new CodecError('tampered', `a payload of key ${keyId} was altered or made with another key`, {
      cause,
    });
  }
  return PayloadMessage.decode(body);
}

function siteOf(context: SerializationContext | undefined): string | undefined {
  return context?.workflowId === undefined ? undefined : siteOfWorkflowId(context.workflowId);
}

function authenticated(keyId: string): Buffer {
  return Buffer.from(`${encryptedEncoding}\n${keyId}`);
}

function metadataText(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value && Buffer.from(value).toString('utf8');
}
