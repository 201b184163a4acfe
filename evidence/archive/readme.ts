import type { KeyFact } from './key-facts.ts';
import type { Manifest } from './manifest.ts';

/** `README.txt`: how a stranger verifies the archive without us. */
export function archiveReadme(
  createdAt: string,
  sites: Manifest['sites'],
  keys: readonly KeyFact[],
  documents: readonly string[],
): string {
  const others = documents.length === 0 ? '' : `  and made from them: ${documents.join(', ')}\n`;
  return `MALACHOR EVIDENCE ARCHIVE
Made ${createdAt}. Format malachor.dev/archive/v2.

What is in it
${sites.map(({ site, firstSeq, entries }) => `  ${site}: ${entries} entries from number ${firstSeq}`).join('\n')}
${others}
Verify it offline
  Open verify.html in a browser, where it is in the archive, and give it the archive. Or:
  malachor verify ARCHIVE --key FINGERPRINT
The fingerprint must come from somewhere else than this archive, and so must the page: whoever can forge the archive
can also write its keys and its page. Ask by telephone or take them from your contract. This archive says its keys are
${keys.map(({ purpose, fingerprint }) => `  ${purpose}: ${fingerprint}`).join('\n')}

Verify it with other tools
  Every signature is Ed25519 and every digest SHA-256; all JSON is canonical (RFC 8785).
  1. manifest.dsse.json is a DSSE envelope; its payload, base64-decoded, is manifest.json byte for byte. The signature
     covers "DSSEv1 <length of type> <type> <length of payload> <payload>". keys.json has the public keys.
  2. manifest.json has the SHA-256 of every other file: sha256sum each.
  3. Each line of ledger/<site>/entries-*.jsonl is one entry. Without its member entryHash, as canonical JSON, after a
     zero byte and the line "malachor.dev/ledger/entry/v1", it has the SHA-256 entryHash. Its previousHash is the
     entryHash of the line before; for the first line it is headHash of start.json.
  4. Each entry's envelope is DSSE again; its payload is an in-toto Statement v1.
  5. The entry hashes are the leaf hashes of an RFC 9162 Merkle tree, continued from the frontier in start.json.
     Its root and size are in ledger/<site>/checkpoint.txt, a C2SP signed note; so are those of checkpoints/*.txt.
  6. ledger/<site>/anchors/<size>.json binds the tree of <size> entries to a time: its member ots, base64-decoded, is
     an OpenTimestamps file that "ots verify" checks against Bitcoin.
`;
}
