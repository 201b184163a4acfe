import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../bytes.ts';
import { nodeCryptography as cryptography } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { parseDetachedFile, serializeDetachedFile } from '../ots/detached-file.ts';
import { pruneTimestamp } from '../ots/walk.ts';
import { portableCryptography } from '../portable/cryptography.ts';
import { type Anchor, anchorSchema } from './anchor.ts';
import { forgeHeader, sampleAnchor, sampleHeight, sampleTime } from './testing/sample-anchor.ts';
import { verifyAnchor } from './verify-anchor.ts';

const anchor = sampleAnchor();
const other = sampleAnchor(2);
const [header] = anchor.headers;
if (!header) throw new Error('the sample has a header');
const verify = (value: Anchor, options = {}) => verifyAnchor(value, { cryptography, ...options });
const refused = (code: string, place: string) => ({
  ok: false,
  code,
  place,
  reason: expect.any(String) as unknown,
});

test.each([0, 1, 2, 3, 4])(
  'the anchor of site %i of a batch leads from its checkpoint to the block',
  async (index) => {
    const sample = sampleAnchor(index);
    expect(anchorSchema.parse(sample)).toEqual(sample);
    const verification = await verify(sample);
    expect(verification).toMatchObject({
      ok: true,
      checkpoint: { size: index + 1 },
      attestations: [
        { kind: 'pending', calendar: 'https://calendar.example' },
        {
          kind: 'bitcoin',
          height: sampleHeight,
          time: sampleTime.toISOString(),
          isTrusted: false,
          workBits: 1,
        },
      ],
    });
    expect(await verifyAnchor(sample, { cryptography: portableCryptography })).toEqual(verification);
  },
);

test('headers that the caller trusts make a block trusted, and any other block is refused', async () => {
  const trusted = await verify(anchor, { trustedHeaders: [header] });
  expect(trusted).toMatchObject({ ok: true, attestations: [{}, { isTrusted: true }] });
  const otherHeight = [{ ...header, height: 121 }];
  expect(await verify(anchor, { trustedHeaders: otherHeight })).toEqual(
    refused('header_not_trusted', 'headers[0]'),
  );
  expect(await verify(anchor, { trustedHeaders: [] })).toEqual(refused('header_not_trusted', 'headers[0]'));
});

const root = new Uint8Array(32);
test.each<[string, Partial<Anchor>, string, string]>([
  ['a checkpoint that is no note', { checkpoint: 'north\n7\n' }, 'checkpoint_malformed', 'checkpoint'],
  ["another site's checkpoint", { checkpoint: other.checkpoint }, 'not_in_batch', 'batch'],
  ["another site's proof", { batch: other.batch }, 'not_in_batch', 'batch'],
  [
    'a proof cut short',
    { batch: { ...anchor.batch, proof: anchor.batch.proof.slice(1) } },
    'not_in_batch',
    'batch',
  ],
  [
    'a proof with a hash more',
    { batch: { ...anchor.batch, proof: [...anchor.batch.proof, sha256('')] } },
    'not_in_batch',
    'batch',
  ],
  ['a batch of another size', { batch: { ...anchor.batch, size: 6 } }, 'ots_digest_mismatch', 'ots'],
  ['a timestamp that is not base64', { ots: 'Zg' }, 'ots_malformed', 'ots'],
  ['a timestamp that is none', { ots: 'Zg==' }, 'ots_malformed', 'ots'],
  ['no header', { headers: [] }, 'header_missing', 'headers'],
  ['a header at another height', { headers: [{ ...header, height: 121 }] }, 'header_missing', 'headers'],
  [
    'a header of another block',
    { headers: [{ height: sampleHeight, header: forgeHeader(root, sampleTime) }] },
    'header_root_mismatch',
    'headers[0]',
  ],
  [
    'a header without work',
    { headers: [{ height: sampleHeight, header: forgeHeader(root, sampleTime, false) }] },
    'header_without_work',
    'headers[0]',
  ],
  [
    'a header with no possible target',
    {
      headers: [
        { height: sampleHeight, header: `${header.header.slice(0, 144)}ffffffff${header.header.slice(152)}` },
      ],
    },
    'header_malformed',
    'headers[0]',
  ],
  ['a header twice', { headers: [header, header] }, 'header_out_of_order', 'headers[1]'],
  [
    'a header that nothing is about',
    { headers: [header, { height: 121, header: forgeHeader(root, sampleTime) }] },
    'header_unused',
    'headers[1]',
  ],
  ['a token that is not base64', { tokens: ['Zg'] }, 'token_malformed', 'tokens[0]'],
])('with %s it is refused', async (_, change, code, place) => {
  expect(await verify({ ...anchor, ...change })).toEqual(refused(code, place));
});

test('a proof at another index is refused', async () => {
  const moved = { ...anchor, batch: { ...anchor.batch, index: anchor.batch.index + 1 } };
  expect(await verify(moved)).toEqual(refused('not_in_batch', 'batch'));
});

test('a merely promised anchor is ok and attests nothing', async () => {
  const { fileHash, timestamp } = parseDetachedFile(decodeBase64(anchor.ots) ?? root, sha256);
  const promised = pruneTimestamp(timestamp, ({ attestation }) => attestation.kind === 'pending');
  if (!promised) throw new Error('the sample has a promise');
  const ots = encodeBase64(serializeDetachedFile({ fileHash, timestamp: promised }));
  expect(await verify({ ...anchor, ots, headers: [] })).toMatchObject({
    ok: true,
    attestations: [{ kind: 'pending', calendar: 'https://calendar.example' }],
  });
});

test('a token counts by the verifier it is given to, and without one is called unchecked', async () => {
  const token = encodeBase64(new Uint8Array(readFileSync(join(import.meta.dirname, 'testdata/ec.token'))));
  const withToken = { ...anchor, tokens: [token] };
  expect(await verify(withToken)).toMatchObject({
    ok: true,
    attestations: [{}, {}, { kind: 'unchecked', what: 'rfc3161' }],
  });
  const verdict = { ok: true, time: '2026-03-02T00:00:00.000Z', authority: 'Example', isTrusted: true };
  expect(await verify(withToken, { verifyToken: async () => verdict })).toMatchObject({
    ok: true,
    attestations: [{}, {}, { kind: 'rfc3161', authority: 'Example' }],
  });
  const no = { ok: false, code: 'token_invalid', reason: 'no' };
  expect(await verify(withToken, { verifyToken: async () => no })).toEqual(
    refused('token_invalid', 'tokens[0]'),
  );
});

test('with any bit of proof, header or checkpoint text changed, it is refused or attests no block that it did not', async () => {
  const before = await verify(anchor, { trustedHeaders: [header] });
  if (!before.ok) throw new Error('the sample verifies');
  const bytes = decodeBase64(anchor.ots) ?? root;
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (position, bit) => {
      const altered = Uint8Array.from(bytes);
      altered[position] = (altered[position] ?? 0) ^ (1 << bit);
      const after = await verify({ ...anchor, ots: encodeBase64(altered) }, { trustedHeaders: [header] });
      // What may change without a lie is the name of the calendar that promised, and a kind that is then unknown.
      const blocks = after.ok ? after.attestations.filter(({ kind }) => kind === 'bitcoin') : [];
      for (const block of blocks) expect(before.attestations).toContainEqual(block);
    }),
    { numRuns: 1_000 },
  );
});
