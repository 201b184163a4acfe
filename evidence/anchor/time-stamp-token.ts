import { fromBER } from 'asn1js';
import { Certificate, ContentInfo, SignedData, type SignerInfo, TSTInfo } from 'pkijs';
import { encodeHex } from '../bytes.ts';

/** An RFC 3161 time-stamp token, read and not verified. */
export interface TimeStampToken {
  /** What the authority signed: that a digest existed at a time. */
  readonly info: TSTInfo;
  /** DER of `info`. */
  readonly content: Uint8Array;
  /** Exactly one, as RFC 3161 section 2.4.2 wants. */
  readonly signer: SignerInfo;
  /** Those that came with the token, in no order. */
  readonly certificates: readonly Certificate[];
}

const signedDataType = '1.2.840.113549.1.7.2';
/** id-ct-TSTInfo. */
export const tokenContentType = '1.2.840.113549.1.9.16.1.4';

/** Reads a token (a CMS ContentInfo in DER, with nothing after it). Undefined for anything else; never throws. */
export function parseToken(token: Uint8Array): TimeStampToken | undefined {
  try {
    if (fromBER(Uint8Array.from(token)).offset !== token.length) return undefined;
    const outer = ContentInfo.fromBER(Uint8Array.from(token));
    if (outer.contentType !== signedDataType) return undefined;
    const signed = new SignedData({ schema: outer.content });
    const { eContentType, eContent } = signed.encapContentInfo;
    const [signer, ...others] = signed.signerInfos;
    if (eContentType !== tokenContentType || !eContent || !signer || others.length > 0) return undefined;
    const content = new Uint8Array(eContent.getValue());
    const info = TSTInfo.fromBER(content);
    if (info.version !== 1) return undefined;
    const certificates = (signed.certificates ?? []).filter((each) => each instanceof Certificate);
    return { info, content, signer, certificates };
  } catch {
    return undefined;
  }
}

/** The nonce of the request the token answers, hex without leading zeros; undefined where it has none. */
export function tokenNonce({ info }: TimeStampToken): string | undefined {
  return info.nonce && encodeHex(info.nonce.valueBlock.valueHexView).replace(/^(?:00)+/, '');
}
