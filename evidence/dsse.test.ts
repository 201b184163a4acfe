import fc from 'fast-check';
import { decodeUtf8, encodeBase64, encodeUtf8 } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { countersignEnvelope, envelopeJson, preAuthEncoding, signEnvelope, verifyEnvelope } from './dsse.ts';
import { verifyEd25519 } from './node/ed25519.ts';
import { signerNamed } from './testing/sample-evidence.ts';

const [first, second] = [signerNamed('first'), signerNamed('second')];
const payload = encodeUtf8('{"a":1}');

describe('a DSSE envelope', () => {
  it('authenticates exactly the bytes of the official vector', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', encodeUtf8('hello world'));
    expect(decodeUtf8(encoded)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts lengths in bytes, not characters', () => {
    expect(decodeUtf8(preAuthEncoding('é', encodeUtf8('患者')))).toBe('DSSEv1 2 é 6 患者');
  });

  it('gives its payload back under every key that signed it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string(), async (bytes, type) => {
        const envelope = signEnvelope(type, bytes, [first, second]);
        const verdict = await verifyEnvelope(envelope, [first, second], verifyEd25519);
        expect(verdict).toMatchObject({ ok: true, payloadType: type });
        expect(verdict.code === 'read' && encodeBase64(verdict.payload)).toBe(envelope.payload);
        expect(envelopeJson(envelope)).toBe(canonicalJson(envelope));
      }),
      { numRuns: 30 },
    );
  });

  it('can be countersigned, and says which signature is whose', async () => {
    const envelope = countersignEnvelope(signEnvelope('t', payload, [first]), payload, second);
    expect(await verifyEnvelope(envelope, [second], verifyEd25519)).toMatchObject({
      ok: true,
      signatures: [
        { keyId: first.keyId, result: 'unknown_key' },
        { keyId: second.keyId, result: 'valid' },
      ],
    });
  });

  it('is refused where no known key signed, or one signature of a known key is invalid', async () => {
    const envelope = signEnvelope('t', payload, [first]);
    expect(await verifyEnvelope(envelope, [second], verifyEd25519)).toMatchObject({ ok: false });
    const claimed = { ...envelope.signatures[0]!, keyid: second.keyId };
    const mixed = { ...envelope, signatures: [...envelope.signatures, claimed] };
    expect(await verifyEnvelope(mixed, [first, second], verifyEd25519)).toMatchObject({ ok: false });
  });

  it('is refused with another payload or payload type', async () => {
    const envelope = signEnvelope('t', payload, [first]);
    for (const change of [{ payload: encodeBase64(encodeUtf8('{"a":2}')) }, { payloadType: 'u' }]) {
      const verdict = await verifyEnvelope({ ...envelope, ...change }, [first], verifyEd25519);
      expect(verdict).toMatchObject({ ok: false, code: 'read' });
    }
  });

  it.each([
    ['nothing', undefined],
    ['no signatures', { payloadType: 't', payload: '', signatures: [] }],
    ['an extra member', { ...signEnvelope('t', payload, [first]), extra: 1 }],
    ['stray bits in the base64', { ...signEnvelope('t', encodeUtf8('a'), [first]), payload: 'YR==' }],
    ['the same key twice', signEnvelope('t', payload, [first, first])],
  ])('is malformed with %s', async (_, envelope) => {
    expect(await verifyEnvelope(envelope, [first], verifyEd25519)).toMatchObject({
      ok: false,
      code: 'malformed',
    });
  });

  it('never throws, whatever is called an envelope', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (anything) => {
        expect(await verifyEnvelope(anything, [first], verifyEd25519)).toMatchObject({ ok: false });
      }),
    );
  });
});
