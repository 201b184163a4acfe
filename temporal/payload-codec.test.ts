import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import fc from 'fast-check';
import { incidentWorkflowId } from '../contracts/ids.ts';
import { createPayloadCodec, keyIdMetadata } from './payload-codec.ts';
import { centralKeyring, derivePayloadKey, siteKeyring } from './site-keys.ts';

const masterKey = Buffer.alloc(32, 7);
const keyOf = (site: string, version = 1) => derivePayloadKey(masterKey, { site, version });
const central = createPayloadCodec({ keyring: centralKeyring(masterKey) });
const clinic = createPayloadCodec({ keyring: siteKeyring('clinic', keyOf('clinic')) });

const workflow = (workflowId: string): SerializationContext => ({
  type: 'workflow',
  namespace: 'malachor',
  workflowId,
});
const activity = (workflowId: string): SerializationContext => ({
  type: 'activity',
  namespace: 'malachor',
  workflowId,
  activityId: '1',
  isLocal: false,
});
const incident = (site: string) => incidentWorkflowId({ site, host: 'h1', check: 'linux.ssh.root_login' });

const text = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString();
const payload = (data: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(data),
});
const keyIdOf = (encoded: Payload) => text(encoded.metadata?.[keyIdMetadata]);
async function encodeOne(codec: PayloadCodec, original: Payload, context?: SerializationContext) {
  const [encoded] = await codec.encode([original], context);
  return encoded!;
}

const anyPayload = fc
  .record({
    metadata: fc.dictionary(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 40 })),
    data: fc.uint8Array({ maxLength: 2_000 }),
  })
  .map(({ metadata, data }): Payload => ({ metadata, data }));
const plain = ({ metadata, data }: Payload) => ({
  metadata: Object.entries(metadata ?? {})
    .map(([name, value]) => [name, Buffer.from(value).toString('hex')])
    .sort(),
  data: Buffer.from(data ?? []).toString('hex'),
});

describe('round trip', () => {
  it('gives back any payloads exactly, metadata included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 4 }), async (payloads) => {
        const encoded = await central.encode(payloads, workflow(incident('clinic')));
        const decoded = await clinic.decode(encoded, activity(incident('clinic')));
        expect(decoded.map(plain)).toEqual(payloads.map(plain));
      }),
    );
  });

  it('hides data and metadata', async () => {
    const encoded = await encodeOne(central, payload('"PHI-marker"'), workflow(incident('clinic')));
    expect(text(encoded.metadata?.['encoding'])).toBe('binary/encrypted');
    expect(Object.keys(encoded.metadata ?? {}).sort()).toEqual(['encoding', 'malachor-key']);
    expect(Buffer.from(encoded.data!).includes('PHI-marker')).toBe(false);
    expect(Buffer.from(encoded.data!).includes('json/plain')).toBe(false);
  });

  it('never encrypts the same payload to the same bytes', async () => {
    const [first, second] = await central.encode([payload('1'), payload('1')]);
    expect(text(first!.data)).not.toBe(text(second!.data));
  });
});

describe('choice of key', () => {
  it('takes the key of the site the workflow works for', async () => {
    expect(keyIdOf(await encodeOne(central, payload('1'), workflow(incident('clinic'))))).toBe(
      'site/clinic/v1',
    );
    expect(keyIdOf(await encodeOne(central, payload('1'), activity('scan/dental/scheduled-2026')))).toBe(
      'site/dental/v1',
    );
  });

  it('takes the central key for workflows of all sites and where nothing is known', async () => {
    expect(keyIdOf(await encodeOne(central, payload('1'), workflow('retention')))).toBe('central/v1');
    expect(keyIdOf(await encodeOne(central, payload('1')))).toBe('central/v1');
  });

  it("takes the appliance's own key where the workflow is not known", async () => {
    expect(keyIdOf(await encodeOne(clinic, payload('1')))).toBe('site/clinic/v1');
  });

  it("never writes under another site's key, and central refuses what it writes into another's workflow", async () => {
    const encoded = await encodeOne(clinic, payload('1'), workflow(incident('dental')));
    expect(keyIdOf(encoded)).toBe('site/clinic/v1');
    await expect(central.decode([encoded], workflow(incident('dental')))).rejects.toMatchObject({
      code: 'wrong_site',
    });
  });
});

describe('rotation', () => {
  const rotated = centralKeyring(masterKey, { versions: new Map([['clinic', 2]]), centralVersion: 3 });
  const codec = createPayloadCodec({ keyring: rotated });

  it('encrypts with the newest key and decrypts with any', async () => {
    const old = await encodeOne(central, payload('"old"'), workflow(incident('clinic')));
    const young = await encodeOne(codec, payload('"young"'), workflow(incident('clinic')));
    expect([keyIdOf(old), keyIdOf(young)]).toEqual(['site/clinic/v1', 'site/clinic/v2']);
    const decoded = await codec.decode([old, young], workflow(incident('clinic')));
    expect(decoded.map(({ data }) => text(data))).toEqual(['"old"', '"young"']);
    expect(keyIdOf(await encodeOne(codec, payload('1')))).toBe('central/v3');
  });

  it('an appliance that holds both versions reads both and writes the newer', async () => {
    const keys = new Map([
      [1, keyOf('clinic', 1)],
      [2, keyOf('clinic', 2)],
    ]);
    const appliance = createPayloadCodec({ keyring: siteKeyring('clinic', keys) });
    const old = await encodeOne(clinic, payload('1'));
    const young = await encodeOne(appliance, payload('2'));
    expect(keyIdOf(young)).toBe('site/clinic/v2');
    expect((await appliance.decode([old, young])).map(({ data }) => text(data))).toEqual(['1', '2']);
  });

  it('says which key is missing when an appliance lags behind', async () => {
    const young = await encodeOne(codec, payload('1'), workflow(incident('clinic')));
    await expect(clinic.decode([young])).rejects.toThrow('no payload key site/clinic/v2');
  });

  it('refuses versions that were never issued', async () => {
    const young = await encodeOne(codec, payload('1'), workflow(incident('clinic')));
    await expect(central.decode([young])).rejects.toMatchObject({ code: 'unknown_key' });
  });
});

describe('isolation of sites', () => {
  it("an appliance can read neither another site's nor central payloads", async () => {
    const site = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
    await fc.assert(
      fc.asyncProperty(site, site, anyPayload, async (one, other, original) => {
        fc.pre(one !== other);
        const appliance = createPayloadCodec({ keyring: siteKeyring(one, keyOf(one)) });
        const foreign = await encodeOne(central, original, workflow(incident(other)));
        const shared = await encodeOne(central, original);
        await expect(appliance.decode([foreign])).rejects.toMatchObject({ code: 'unknown_key' });
        await expect(appliance.decode([shared])).rejects.toMatchObject({ code: 'unknown_key' });
      }),
      { numRuns: 30 },
    );
  });

  it('a payload relabelled with another key does not open', async () => {
    const encoded = await encodeOne(central, payload('1'), workflow(incident('dental')));
    encoded.metadata = { ...encoded.metadata, [keyIdMetadata]: Buffer.from('site/clinic/v1') };
    await expect(clinic.decode([encoded])).rejects.toMatchObject({ code: 'tampered' });
  });

  it("even central refuses one site's payload inside another site's workflow", async () => {
    const encoded = await encodeOne(central, payload('1'), workflow(incident('dental')));
    await expect(central.decode([encoded], workflow(incident('clinic')))).rejects.toMatchObject({
      code: 'wrong_site',
    });
  });
});

describe('tampering', () => {
  it('is found in every byte of the data', async () => {
    const encoded = await encodeOne(central, payload('{"check":"linux.ssh.root_login"}'));
    const data = Buffer.from(encoded.data!);
    for (let index = 0; index < data.length; index += 1) {
      const altered = Buffer.from(data);
      altered[index]! ^= 1;
      await expect(central.decode([{ ...encoded, data: altered }])).rejects.toMatchObject({
        code: 'tampered',
      });
    }
  });

  it('is found when data is cut anywhere', async () => {
    const encoded = await encodeOne(central, payload('{"a":1}'));
    const data = Buffer.from(encoded.data!);
    for (let length = 0; length < data.length; length += 1) {
      const cut = { ...encoded, data: data.subarray(0, length) };
      await expect(central.decode([cut])).rejects.toMatchObject({ name: 'CodecError' });
    }
  });

  it('never decodes made-up envelopes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.uint8Array({ maxLength: 100 }), async (keyId, data) => {
        const metadata = { encoding: Buffer.from('binary/encrypted'), [keyIdMetadata]: Buffer.from(keyId) };
        await expect(central.decode([{ metadata, data }])).rejects.toMatchObject({ name: 'CodecError' });
      }),
    );
  });

  it('keeps contents and keys out of its errors', async () => {
    const encoded = await encodeOne(central, payload('PHI-marker'));
    const altered = { ...encoded, data: Buffer.from(encoded.data!).fill(0, 12, 13) };
    const error: unknown = await central.decode([altered]).catch((reason: unknown) => reason);
    expect(String(error)).not.toMatch(new RegExp(`PHI-marker|${masterKey.toString('hex')}`));
  });
});

describe('payloads in the clear', () => {
  it('are refused where a process would act on them', async () => {
    await expect(central.decode([payload('1')])).rejects.toMatchObject({ code: 'not_encrypted' });
  });

  it('pass where they are only shown', async () => {
    const viewer = createPayloadCodec({ keyring: centralKeyring(masterKey), plaintext: 'pass' });
    expect(await viewer.decode([payload('1')])).toEqual([payload('1')]);
  });
});
