import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers of a signed delivery; names as they are sent. */
export interface SignatureHeaders {
  /** Seconds since 1970-01-01 UTC. */
  'Malachor-Timestamp': string;
  /** `v1=` and the lower-case hex HMAC-SHA256, keyed with the shared secret, of timestamp, a full stop and the body. */
  'Malachor-Signature': string;
}

/** Signs the exact bytes of `body` as sent at `at`. */
export function signWebhook(secret: string | Uint8Array, body: string, at: Date): SignatureHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  return { 'Malachor-Timestamp': timestamp, 'Malachor-Signature': `v1=${digest(secret, timestamp, body)}` };
}

/**
 * What a receiver does with each delivery, before it parses anything:
 * 1. take the raw body, byte for byte, and the two headers;
 * 2. refuse a timestamp more than five minutes away from its own clock (a replay);
 * 3. compute HMAC-SHA256 over `<timestamp>.<body>` with the shared secret and compare in constant time;
 * 4. answer 2xx at once, and drop a delivery whose `Idempotency-Key` it has seen.
 *
 * ```python
 * expected = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
 * assert hmac.compare_digest("v1=" + expected, signature) and abs(time.time() - int(timestamp)) <= 300
 * ```
 *
 * Whether the delivery is genuine and fresh. Headers are those of Node's `request.headers`, in lower case.
 */
export function verifyWebhook(
  secret: string | Uint8Array,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  now: Date,
  toleranceSeconds = 300,
): boolean {
  const timestamp = headers['malachor-timestamp'];
  const signature = headers['malachor-signature'];
  if (typeof timestamp !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/u.test(timestamp))
    return false;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > toleranceSeconds) return false;
  const expected = Buffer.from(`v1=${digest(secret, timestamp, body)}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function digest(secret: string | Uint8Array, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}
