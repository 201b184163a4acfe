import { canonicalJson } from './canonical-json.ts';
import { signEnvelope } from './dsse.ts';
import { encodeUtf8 } from './bytes.ts';
import { appendEntry, emptyHead, entryHash, genesisHash, ledgerHeadSchema, ledgerRoot } from './ledger.ts';
import { rangeOf, rootOf } from './merkle.ts';
import { sha256 } from './node/hasher.ts';
import { signerNamed } from './testing/sample-evidence.ts';

const at = '2026-03-01T00:00:00.000Z';
const envelopes = Array.from({ length: 20 }, (_, number) =>
  signEnvelope('text/plain', encodeUtf8(`${number}`), [signerNamed('ledger')]),
);

describe('a ledger', () => {
  it('chains each entry to the one before and the first to its site', () => {
    let head = emptyHead('north', sha256);
    let previous = genesisHash('north', sha256);
    for (const envelope of envelopes) {
      const appended = appendEntry(head, envelope, at, sha256);
      expect(appended.entry).toMatchObject({
        seq: head.size,
        previousHash: previous,
        recordedAt: at,
        envelope,
      });
      expect(appended.head.headHash).toBe(appended.entry.entryHash);
      expect(ledgerHeadSchema.parse(appended.head)).toEqual(appended.head);
      previous = appended.entry.entryHash;
      head = appended.head;
    }
    expect(head.size).toBe(20);
  });

  it('has the Merkle root of its entry hashes', () => {
    let head = emptyHead('north', sha256);
    const hashes = envelopes.map((envelope) => {
      const appended = appendEntry(head, envelope, at, sha256);
      head = appended.head;
      return appended.entry.entryHash;
    });
    expect(ledgerRoot(head, sha256)).toBe(rootOf(rangeOf(hashes, sha256), sha256));
  });

  it('hashes the canonical entry under its own prefix', () => {
    const { entry } = appendEntry(emptyHead('north', sha256), envelopes[0]!, at, sha256);
    const { entryHash: hash, ...content } = entry;
    expect(hash).toBe(sha256(`\0malachor.dev/ledger/entry/v1\n${canonicalJson(content)}`));
    expect(entryHash({ ...content, seq: 1 }, sha256)).not.toBe(hash);
  });

  it('does not change the head it appends to', () => {
    const head = appendEntry(emptyHead('north', sha256), envelopes[0]!, at, sha256).head;
    const before = structuredClone(head);
    appendEntry(head, envelopes[1]!, at, sha256);
    expect(head).toEqual(before);
  });

  it('gives different sites different first hashes', () => {
    expect(genesisHash('north', sha256)).not.toBe(genesisHash('south', sha256));
  });
});
