import { signCheckpoint } from '../../../evidence/checkpoint.ts';
import { consistencyProof } from '../../../evidence/merkle-proof.ts';
import { rangeOf, rootOf } from '../../../evidence/merkle.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import type { Signer } from '../../../evidence/signer.ts';
import { writeWitnessRequest } from '../../../evidence/witness/witness-request.ts';

/** A log of made-up entries; logs that fork at an entry have the same ones before it. */
export class SampleLog {
  readonly site: string;
  readonly #signer: Signer;
  readonly #forksAt: number;

  constructor(site: string, signer: Signer, forksAt = Infinity) {
    this.site = site;
    this.#signer = signer;
    this.#forksAt = forksAt;
  }

  /** What is asked of a witness that cosigned the first `from` entries. */
  request(from: number, size: number): string {
    const proof = from > 0 && from <= size ? consistencyProof(this.#leaves(size), from, sha256) : [];
    return writeWitnessRequest({ oldSize: from, proof, note: this.note(size) });
  }

  note(size: number): string {
    const root = rootOf(rangeOf(this.#leaves(size), sha256), sha256);
    return signCheckpoint({ site: this.site, size, root }, this.#signer, sha256);
  }

  #leaves(size: number): string[] {
    return Array.from({ length: size }, (_, seq) =>
      sha256(`${this.site} ${seq} ${seq >= this.#forksAt ? 'forked' : ''}`),
    );
  }
}
