import { encodeHex } from '../../bytes.ts';
import type { Cryptography } from '../../signer.ts';

const maxVerdicts = 20_000;

/**
 * The same cryptography, which verifies a signature of the same bytes by the same key once. A damaged archive has most of the sound
 * one's signatures, and the verifier asks for each of them either way.
 */
export function rememberVerdicts({ sha256, verifyEd25519 }: Cryptography): Cryptography {
  const verdicts = new Map<string, boolean>();
  return {
    sha256,
    verifyEd25519: async (publicKey, message, signature) => {
      const question = `${encodeHex(publicKey)} ${encodeHex(signature)} ${sha256(message)}`;
      const known = verdicts.get(question);
      if (known !== undefined) return known;
      const verdict = await verifyEd25519(publicKey, message, signature);
      if (verdicts.size === maxVerdicts) verdicts.clear();
      verdicts.set(question, verdict);
      return verdict;
    },
  };
}
