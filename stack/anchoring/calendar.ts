import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { concatBytes, encodeHex } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { attestedAlong } from '../../evidence/ots/build.ts';
import type { Operation } from '../../evidence/ots/operation.ts';
import { serializeTimestamp } from '../../evidence/ots/timestamp.ts';
import type { CalendarBatch, CalendarStore } from './calendar-store.ts';
import {
  blockPath,
  commitToAll,
  hashBytes,
  reversed,
  transactionIndex,
  transactionPath,
} from './commitment-paths.ts';
import { NodeError } from './node-rpc.ts';
import type { Bitcoin } from './start-bitcoin.ts';

export interface CalendarDependencies {
  readonly store: CalendarStore;
  readonly bitcoin: Pick<Bitcoin, 'call' | 'wallet'>;
  /** What pending attestations name. */
  readonly uri: string;
  /** Marks its own commitments, so that nobody else can have it keep theirs under its name. */
  readonly hmacKey: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly now: () => Date;
}

/** An OpenTimestamps calendar: promises to keep what it is given, and brings it into blocks. */
export interface Calendar {
  /** Takes a digest of 1 to 64 bytes into the next `aggregate`; resolves to its pending timestamp, serialized. */
  submit(digest: Uint8Array): Promise<Uint8Array>;
  /** Makes one commitment of all digests that wait, and answers them. */
  aggregate(): void;
  /**
   * Brings open commitments into one transaction, and looks for transactions of before in the chain as it is now: one whose
   * block was replaced is sent again. Resolves to whether a transaction waits for a block.
   */
  advance(): Promise<boolean>;
  /** What is known of a commitment (hex): its timestamp up to a block, serialized, or why there is none. */
  timestampOf(commitment: string): Uint8Array | 'pending' | 'unknown';
}

/** The wallet has nothing to spend until more blocks are mined. */
export class NoCoinError extends Error {
  constructor() {
    super('there is no coin to pay for a transaction: mine more blocks');
    this.name = 'NoCoinError';
  }
}

/** Deeper than any reorganisation we prepare for. */
const watchedBlocks = 100;

export function createCalendar(dependencies: CalendarDependencies): Calendar {
  const { store, bitcoin, uri, hmacKey, randomBytes, now } = dependencies;
  const { call, wallet } = bitcoin;
  let waiting: { digest: Uint8Array; answer: (timestamp: Uint8Array) => void }[] = [];
  let seenTip = '';

  /** Ids of a block's transactions, in its own byte order. */
  const blockAt = async (height: number): Promise<NonNullable<CalendarBatch['block']>> => {
    const hash = await call(z.string(), 'getblockhash', height);
    const { tx } = await call(z.object({ tx: z.array(z.string()) }), 'getblock', hash, 1);
    return { height, hash, transactionIds: tx.map((id) => encodeHex(reversed(id))) };
  };

  const locate = async (batch: CalendarBatch, tip: number): Promise<CalendarBatch['block']> => {
    for (let height = tip; height > Math.max(0, tip - watchedBlocks); height--) {
      const block = await blockAt(height);
      if (transactionIndex(idsOf(block), batch.transaction.id) >= 0) return block;
    }
    return undefined;
  };

  const isStillThere = async ({ block }: CalendarBatch, tip: number): Promise<boolean> => {
    if (!block) return false;
    if (block.height <= tip - watchedBlocks) return true;
    return block.height <= tip && (await call(z.string(), 'getblockhash', block.height)) === block.hash;
  };

  const makeTransaction = async (commitments: readonly string[]): Promise<CalendarBatch['transaction']> => {
    const coin = await wallet.takeCoin(call);
    if (!coin) throw new NoCoinError();
    const { id, raw } = wallet.commit(coin, commitToAll(leavesOf(commitments)).root);
    return { id, raw: raw.toString('hex') };
  };

  const sendAgain = async (batch: CalendarBatch): Promise<void> => {
    try {
      await call(z.string(), 'sendrawtransaction', batch.transaction.raw);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      // Its coin is gone: another transaction spent it, or its block was replaced.
      const transaction = await makeTransaction(batch.commitments);
      store.save({ ...batch, transaction });
      await call(z.string(), 'sendrawtransaction', transaction.raw);
    }
  };

  const follow = async (tip: number): Promise<boolean> => {
    let isWaiting = false;
    for (const batch of store.batches()) {
      if (await isStillThere(batch, tip)) continue;
      const { block: removed, ...rest } = batch;
      const block = await locate(batch, tip);
      if (block) store.save({ ...rest, block });
      else if (removed) store.save(rest);
      if (block) continue;
      isWaiting = true;
      const pool = await call(z.array(z.string()), 'getrawmempool');
      if (!pool.includes(batch.transaction.id)) await sendAgain(rest);
    }
    return isWaiting;
  };

  const send = async (): Promise<boolean> => {
    const commitments = store.open();
    if (commitments.length === 0) return false;
    const transaction = await makeTransaction(commitments);
    // Kept before it is sent: after a crash `follow` sends it again.
    store.save({ number: store.batches().length + 1, commitments: [...commitments], transaction });
    await call(z.string(), 'sendrawtransaction', transaction.raw);
    return true;
  };

  return {
    submit: (digest) =>
      new Promise((answer) => {
        waiting.push({ digest, answer });
      }),
    aggregate: () => {
      const submissions = waiting;
      waiting = [];
      if (submissions.length === 0) return;
      const nonces = submissions.map(() => randomBytes(16));
      const leaves = submissions.map(({ digest }, index) =>
        hashBytes(concatBytes([digest, nonces[index] ?? digest])),
      );
      const { root, paths } = commitToAll(leaves);
      const time = Buffer.alloc(4);
      time.writeUInt32BE(Math.floor(now().getTime() / 1_000));
      const mark = createHmac('sha256', hmacKey).update(time).update(root).digest().subarray(0, 8);
      store.promise(encodeHex(concatBytes([time, root, mark])));
      submissions.forEach(({ digest, answer }, index) => {
        const path: Operation[] = [
          { name: 'append', argument: nonces[index] ?? digest },
          { name: 'sha256' },
          ...(paths[index] ?? []),
          { name: 'prepend', argument: time },
          { name: 'append', argument: mark },
        ];
        answer(serializeTimestamp(attestedAlong(digest, path, { kind: 'pending', uri }, sha256)));
      });
    },
    advance: async () => {
      const best = await call(z.string(), 'getbestblockhash');
      if (best === seenTip && store.open().length === 0) return false;
      const isFollowing = await follow(await call(z.number(), 'getblockcount'));
      const isWaiting = (await send()) || isFollowing;
      seenTip = isWaiting ? '' : best;
      return isWaiting;
    },
    timestampOf: (commitment) => {
      const batch = store.batchOf(commitment);
      if (!batch?.block) return store.has(commitment) ? 'pending' : 'unknown';
      return serializeTimestamp(proofOf(commitment, batch, batch.block));
    },
  };
}

function leavesOf(commitments: readonly string[]): Uint8Array[] {
  return commitments.map((commitment) => hashBytes(Buffer.from(commitment, 'hex')));
}

function idsOf({ transactionIds }: NonNullable<CalendarBatch['block']>): Uint8Array[] {
  return transactionIds.map((id) => Buffer.from(id, 'hex'));
}

function proofOf(commitment: string, batch: CalendarBatch, block: NonNullable<CalendarBatch['block']>) {
  const { root, paths } = commitToAll(leavesOf(batch.commitments));
  const ids = idsOf(block);
  const path: Operation[] = [
    { name: 'sha256' },
    ...(paths[batch.commitments.indexOf(commitment)] ?? []),
    ...transactionPath(Buffer.from(batch.transaction.raw, 'hex'), root),
    ...blockPath(ids, transactionIndex(ids, batch.transaction.id)),
  ];
  const attestation = { kind: 'bitcoin', height: block.height } as const;
  return attestedAlong(Buffer.from(commitment, 'hex'), path, attestation, sha256);
}
