import type { Anchor } from '../../anchor/anchor.ts';
import { readLedgerPath } from '../../archive/paths.ts';
import { encodeUtf8 } from '../../bytes.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { parseCheckpoint, signCheckpoint } from '../../checkpoint.ts';
import { sha256 } from '../../node/hasher.ts';
import { sampleAnchor, sampleHeader, witnessName } from '../sample-archive.ts';
import { signerNamed } from '../sample-evidence.ts';
import { cosign } from '../../witness/cosignature.ts';
import { pick, type Random } from './random.ts';
import { assemble, type Files, repairs, textOf } from './repair.ts';
import { type Mutant, namesFile, type Subject } from './subject.ts';

/** What somebody without the keys does to anchors, checkpoints, cosignatures and disclosures; each change is to one file. */
interface ProofForgery {
  readonly what: string;
  readonly kind: 'anchor' | 'sized_checkpoint' | 'consistency' | 'disclosures';
  readonly change: (text: string, random: Random, others: readonly string[]) => string;
}

const forger = signerNamed('forger');

const forgeries: readonly ProofForgery[] = [
  {
    what: 'an anchor grafted on from another checkpoint',
    kind: 'anchor',
    change: onAnchor((anchor, _, others) => {
      const other = JSON.parse(others[0] ?? '') as Anchor;
      return { ...other, checkpoint: anchor.checkpoint };
    }),
  },
  {
    what: 'an anchor replaced by that of another checkpoint',
    kind: 'anchor',
    change: (_, random, others) => pick(random, others),
  },
  {
    what: 'the timestamp of another anchor grafted on',
    kind: 'anchor',
    change: onAnchor((anchor, _, others) => {
      const { ots, headers } = JSON.parse(others[0] ?? '') as Anchor;
      return { ...anchor, ots, headers };
    }),
  },
  {
    what: 'the block made again at another time',
    kind: 'anchor',
    change: onAnchor((anchor, random) => {
      const [block] = anchor.headers;
      const root = Buffer.from(block?.header ?? '', 'hex').subarray(36, 68);
      const earlier = Date.UTC(2020, 0, 1) + random(100_000_000) * 1_000;
      return { ...anchor, headers: [{ height: block?.height ?? 0, header: sampleHeader(root, earlier) }] };
    }),
  },
  {
    what: 'the block moved to another height',
    kind: 'anchor',
    change: onAnchor((anchor, random) => ({
      ...anchor,
      headers: anchor.headers.map(({ height, header }) => ({ height: height + 1 + random(9), header })),
    })),
  },
  {
    what: 'a fork signed and anchored by a stranger',
    kind: 'anchor',
    change: onAnchor((anchor, random) => {
      const { site, size } = parseCheckpoint(anchor.checkpoint)?.checkpoint ?? { site: '', size: 0 };
      const fork = signCheckpoint({ site, size, root: sha256(`fork ${random(1_000)}`) }, forger, sha256);
      return sampleAnchor(fork, 800_000, Date.UTC(2026, 0, 1));
    }),
  },
  {
    what: 'another root under the old signatures',
    kind: 'sized_checkpoint',
    change: (text) =>
      text.replace(/^(.*\n.*\n).*\n/, `$1${Buffer.from(sha256('fork'), 'hex').toString('base64')}\n`),
  },
  {
    what: 'a fork signed by a stranger',
    kind: 'sized_checkpoint',
    change: (text) => {
      const { site, size } = parseCheckpoint(text)?.checkpoint ?? { site: '', size: 0 };
      return signCheckpoint({ site, size, root: sha256('fork') }, forger, sha256);
    },
  },
  {
    what: 'the signature of another checkpoint grafted on',
    kind: 'sized_checkpoint',
    change: (text, random, others) => {
      const [body = ''] = text.split('\n\n');
      const [, signatures = ''] = pick(random, others).split('\n\n');
      return `${body}\n\n${signatures}`;
    },
  },
  {
    what: 'a cosignature in the name of the witness',
    kind: 'sized_checkpoint',
    change: (text, random) =>
      text.replace(/(— malachor\.dev\/witness\S* )(\S+)\n/, (_, name: string, base64: string) => {
        const keyHash = Buffer.from(base64, 'base64').subarray(0, 4);
        const witness = { name: witnessName, signer: forger };
        const line = cosign(parseCheckpoint(text)?.body ?? '', 1 + random(1e9), witness, sha256);
        const signature = Buffer.from(line.trimEnd().split(' ').at(-1) ?? '', 'base64').subarray(4);
        return `${name}${Buffer.concat([keyHash, signature]).toString('base64')}\n`;
      }),
  },
  {
    what: 'the time of a cosignature shifted',
    kind: 'sized_checkpoint',
    change: (text, random) =>
      text.replace(/(— malachor\.dev\/witness\S* )(\S+)\n/, (_, name: string, base64: string) => {
        const bytes = Buffer.from(base64, 'base64');
        bytes.writeUInt32BE((bytes.readUInt32BE(8) ^ (1 + random(0xffff))) >>> 0, 8);
        return `${name}${bytes.toString('base64')}\n`;
      }),
  },
  {
    what: 'a consistency proof altered',
    kind: 'consistency',
    change: (text, random) => {
      const { from, proof } = JSON.parse(text) as { from: number; proof: string[] };
      const index = random(proof.length);
      const altered = pick(random, [
        proof.toSpliced(index, 1),
        proof.with(index, sha256('x')),
        [...proof, sha256('y')],
      ]);
      return `${canonicalJson({ from, proof: altered })}\n`;
    },
  },
  {
    what: 'a disclosed value altered',
    kind: 'disclosures',
    change: onDisclosure(([salt, path]) => [salt, path, 'another']),
  },
  {
    what: 'a disclosure moved to another place',
    kind: 'disclosures',
    change: onDisclosure(([salt, , value]) => [salt, '/check', value]),
  },
  {
    what: 'the disclosures of one entry given to another',
    kind: 'disclosures',
    change: (text, random) => {
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as DisclosedLine);
      const one = random(lines.length);
      const two = (one + 1 + random(lines.length - 1)) % lines.length;
      const swapped = lines.map((line, index) => ({
        seq: line.seq,
        disclosures: pick(() => (index === one ? two : index === two ? one : index), lines).disclosures,
      }));
      return swapped.map((line) => `${canonicalJson(line)}\n`).join('');
    },
  },
];

interface DisclosedLine {
  seq: number;
  disclosures: [string, string, unknown][];
}

function onAnchor(
  change: (anchor: Anchor, random: Random, others: readonly string[]) => Anchor,
): ProofForgery['change'] {
  return (text, random, others) => `${canonicalJson(change(JSON.parse(text) as Anchor, random, others))}\n`;
}

function onDisclosure(
  change: (disclosure: [string, string, unknown]) => [string, string, unknown],
): ProofForgery['change'] {
  return (text, random) => {
    const lines = text.trimEnd().split('\n');
    const index = random(lines.length);
    const line = JSON.parse(pick(() => index, lines)) as DisclosedLine;
    const at = random(line.disclosures.length);
    const disclosures = line.disclosures.with(at, change(pick(() => at, line.disclosures)));
    return `${lines.with(index, canonicalJson({ ...line, disclosures })).join('\n')}\n`;
  };
}

/** The forgery is named at its file, whatever was repaired above it: proofs stand for themselves. */
export function forgeProofs(subject: Subject, random: Random): Mutant {
  const { what, kind, change } = pick(random, forgeries);
  const paths = [...subject.files.keys()].filter((path) => readLedgerPath(path)?.file?.kind === kind);
  const path = pick(random, paths);
  const others = [...subject.files.keys()]
    .filter((other) => other !== path && readLedgerPath(other)?.file?.kind === kind)
    .map((other) => textOf(subject.files, other));
  const files: Files = new Map(subject.files);
  files.set(path, encodeUtf8(change(textOf(files, path), random, others)));
  const repair = pick(random, repairs);
  return {
    what: `${path}: ${what}, repaired: ${repair}`,
    bytes: assemble(subject, files, repair, forger),
    isNamed: namesFile(path),
  };
}
