import { fromBER, Integer, Null, OctetString, Sequence } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, PKIStatusInfo, TimeStampReq } from 'pkijs';
import { encodeHex } from '../../evidence/bytes.ts';
import { parseToken, tokenNonce } from '../../evidence/anchor/time-stamp-token.ts';
import { createTokenVerifier } from '../../evidence/anchor/verify-token.ts';
import { AnchorError } from './anchor-error.ts';
import { boundedFetch, reasonOf } from './bounded-fetch.ts';
import type { Anchorer, Fetch } from './ports.ts';

export interface TimestampAuthorityOptions {
  /** Where the authority takes requests over HTTP (RFC 3161 section 3.4). */
  readonly url: string;
  /** Certificates (DER) its own must lead to. */
  readonly trusted: readonly Uint8Array[];
  readonly timeoutMs: number;
  readonly fetch: Fetch;
  readonly randomBytes: (length: number) => Uint8Array;
}

const maxAnswerBytes = 64 * 1024;
const sha256 = '2.16.840.1.101.3.4.2.1';
/** granted and grantedWithMods. */
const grantedStatuses = [0, 1];

/** Anchors by an authority's signature: a second way, which shares nothing with Bitcoin. */
export function createTimestampAuthority(options: TimestampAuthorityOptions): Anchorer {
  const { url, trusted, timeoutMs, fetch, randomBytes } = options;
  const verify = createTokenVerifier(trusted);
  const standing = { calendar: url, state: 'attested' } as const;

  const verified = async (token: Uint8Array, digest: Uint8Array) => {
    const verification = await verify(token, digest);
    if (!verification.ok) throw new AnchorError('token_invalid', `${url}: ${verification.reason}`);
  };
  return {
    kind: 'rfc3161',
    stamp: async (digest) => {
      const nonce = randomBytes(16);
      const answer = await ask(fetch, url, makeRequest(digest, nonce), timeoutMs);
      const token = readAnswer(answer, url);
      const read = parseToken(token);
      if (!read || tokenNonce(read) !== encodeHex(nonce).replace(/^(?:00)+/, '')) {
        throw new AnchorError('token_invalid', `${url}: the token does not answer this request.`);
      }
      await verified(token, digest);
      return { proof: token, standings: [standing] };
    },
    look: async (proof, digest) => {
      await verified(proof, digest);
      return { proof, standings: [standing], blocks: [], removedHeights: [], headers: [] };
    },
  };
}

/** A TimeStampReq that asks for the certificates too, so that the token can be verified without asking anybody. */
function makeRequest(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: Uint8Array.from(digest).buffer }),
    }),
    // A zero byte first keeps the number positive.
    nonce: new Integer({ valueHex: Uint8Array.of(0, ...nonce).buffer }).convertToDER(),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
}

async function ask(fetch: Fetch, url: string, request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  try {
    const { status, body } = await boundedFetch(fetch, url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: request,
      timeoutMs,
      maxBytes: maxAnswerBytes,
    });
    if (status === 200) return body;
    throw new Error(`it answered ${status}`);
  } catch (error) {
    throw new AnchorError('authority_unavailable', `${url}: ${reasonOf(error)}.`, error);
  }
}

/** The token's own bytes out of a TimeStampResp: encoding it anew could break its signature. */
function readAnswer(answer: Uint8Array, url: string): Uint8Array {
  const { result, offset } = fromBER(Uint8Array.from(answer));
  const [status, token] =
    result instanceof Sequence && offset === answer.length ? result.valueBlock.value : [];
  if (!(status instanceof Sequence))
    throw new AnchorError('token_invalid', `${url}: the answer is no time-stamp response.`);
  const code = new PKIStatusInfo({ schema: status }).status;
  if (!grantedStatuses.includes(code)) {
    throw new AnchorError('authority_unavailable', `${url}: the authority refused with status ${code}.`);
  }
  if (!token) throw new AnchorError('token_invalid', `${url}: the answer has no token.`);
  return Uint8Array.from(token.valueBeforeDecodeView);
}
