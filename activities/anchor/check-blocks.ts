import { equalBytes } from '../../evidence/bytes.ts';
import { parseBlockHeader } from '../../evidence/anchor/block-header.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { BlockHeaders } from './ports.ts';

/** `unknown`: the chain is not known up to that height, so that nothing can be said. */
export type BlockCheck =
  { readonly state: 'confirmed'; readonly header: string } | { readonly state: 'contradicted' | 'unknown' };

/** Compares Bitcoin attestations with the chain, asking for each header once. */
export function createBlockCheck(
  headers: BlockHeaders,
  sha256: Sha256,
): (height: number, message: Uint8Array) => Promise<BlockCheck> {
  const asked = new Map<number, Promise<string | undefined>>();
  return async (height, message) => {
    const pending = asked.get(height) ?? headers.headerAt(height);
    asked.set(height, pending);
    const hex = await pending;
    if (hex === undefined) return { state: 'unknown' };
    const header = parseBlockHeader(hex, sha256);
    if (!header?.hasWork || !equalBytes(header.merkleRoot, message)) return { state: 'contradicted' };
    return { state: 'confirmed', header: hex };
  };
}
