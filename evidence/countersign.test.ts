import type { Envelope } from '../contracts/order.ts';
import { signBundle, signStatement } from './bundle.ts';
import { encodeBase64, encodeUtf8 } from './bytes.ts';
import { type BundleKey, countersign, verifyBundle } from './countersign.ts';
import { signEnvelope } from './dsse.ts';
import { nodeCryptography } from './node/ed25519.ts';
import { sha256 } from './node/hasher.ts';
import type { Signer } from './signer.ts';
import { buildHeartbeatStatement } from './statements/heartbeat-v1.ts';
import { sampleRecord, signerNamed } from './testing/sample-evidence.ts';
import { sampleHeartbeat } from './testing/sample-statements.ts';

const madeAt = '2026-03-01T10:00:00.000Z';
const receivedAt = '2026-03-01T12:00:00.000Z';
const [box, central, stranger] = [signerNamed('box'), signerNamed('evidence'), signerNamed('stranger')];
const heartbeat = buildHeartbeatStatement(sampleHeartbeat(1, madeAt), sha256);
const bundle = countersign(signStatement(heartbeat, [box]), central);

const keyOf = (signer: Signer, changes: Partial<BundleKey>): BundleKey => ({
  keyId: signer.keyId,
  publicKey: signer.publicKey,
  purpose: 'evidence',
  notBefore: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const boxKey = keyOf(box, { purpose: 'appliance', site: 'north-clinic', appliance: 'north-box' });
const keys = [boxKey, keyOf(central, {})];
const judge = (envelope: unknown, known = keys, at = receivedAt) =>
  verifyBundle(envelope, at, known, nodeCryptography);
const codes = async (envelope: unknown, known = keys, at = receivedAt) =>
  (await judge(envelope, known, at)).problems.map(({ code }) => code);

describe('a countersigned bundle', () => {
  it('verifies with the signatures of its appliance and of central, in whatever order', async () => {
    expect(await judge(bundle)).toMatchObject({ ok: true, problems: [] });
    const turned = { ...bundle, signatures: [...bundle.signatures].reverse() };
    expect(await judge(turned)).toMatchObject({ ok: true });
  });

  it('is the same after it was countersigned twice', () => {
    expect(countersign(bundle, central)).toEqual(bundle);
    expect(bundle.signatures.map(({ keyid }) => keyid)).toEqual([box.keyId, central.keyId]);
  });

  it.each<[string, Envelope, string[]]>([
    ['without the appliance', signStatement(heartbeat, [central]), ['appliance_signature_missing']],
    ['without central', signStatement(heartbeat, [box]), ['countersignature_missing']],
    [
      'with the signature of an unknown key beside both',
      countersign(bundle, stranger),
      ['signature_unknown_key'],
    ],
    [
      'with one signature copied under the other key',
      {
        ...bundle,
        signatures: [bundle.signatures[0]!, { ...bundle.signatures[0]!, keyid: central.keyId }],
      },
      ['signature_invalid', 'countersignature_missing'],
    ],
    ['of another payload type', signEnvelope('text/plain', heartbeat, [box, central]), ['bundle_malformed']],
    ['of no statement', signStatement(encodeUtf8('{}'), [box, central]), ['bundle_malformed']],
    [
      'with another payload under the same signatures',
      {
        ...bundle,
        payload: encodeBase64(buildHeartbeatStatement(sampleHeartbeat(2, madeAt), sha256)),
      },
      ['signature_invalid', 'signature_invalid', 'appliance_signature_missing', 'countersignature_missing'],
    ],
  ])('%s is refused, and it is said why', async (_, envelope, expected) => {
    expect(await codes(envelope)).toEqual(expected);
  });

  it('needs the key of its own site and appliance', async () => {
    for (const change of [{ site: 'south-clinic' }, { appliance: 'other-box' }, { site: undefined }])
      expect(await codes(bundle, [{ ...boxKey, ...change }, keyOf(central, {})])).toEqual([
        'foreign_appliance_key',
      ]);
  });

  it('takes one signature for one purpose, even of a key that is listed for both', async () => {
    const twice = [boxKey, keyOf(box, {})];
    expect(await codes(signStatement(heartbeat, [box]), twice)).toEqual(['countersignature_missing']);
    expect(await codes(bundle, [boxKey, keyOf(central, { purpose: 'checkpoint' })])).toEqual([
      'signature_unknown_key',
      'countersignature_missing',
    ]);
  });

  it('of a revoked key counts where it had arrived before, whatever time it claims to be from', async () => {
    const revoked = (at: string) => [{ ...boxKey, revokedAt: at }, keyOf(central, {})];
    expect(await codes(bundle, revoked('2026-03-01T12:00:00.001Z'))).toEqual([]);
    expect(await codes(bundle, revoked('2026-03-01T11:00:00.000Z'))).toEqual(['key_not_valid_then']);
  });

  it('of a retired key counts however late it arrives', async () => {
    const retired = [{ ...boxKey, retiredAt: '2026-03-01T11:00:00.000Z' }, keyOf(central, {})];
    expect(await codes(bundle, retired, '2026-06-01T00:00:00.000Z')).toEqual([]);
    expect(await codes(bundle, [{ ...boxKey, retiredAt: madeAt }, keyOf(central, {})])).toEqual([
      'key_not_valid_then',
    ]);
  });

  it('that central made alone, as an incident, needs central alone', async () => {
    const incident = signBundle(sampleRecord('north-clinic', 1), [central], sha256);
    expect(await judge(incident)).toMatchObject({ ok: true });
    expect(await codes(signBundle(sampleRecord('north-clinic', 1), [box], sha256))).toEqual([
      'countersignature_missing',
    ]);
  });

  it('that is no envelope at all is refused without a word thrown', async () => {
    for (const envelope of [undefined, 1, {}, { ...bundle, payload: '!' }])
      expect(await codes(envelope)).toEqual(['signature_invalid']);
    expect(() => countersign({ ...bundle, payload: '!' }, central)).toThrow(RangeError);
  });
});
