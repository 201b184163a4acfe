import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable-file.ts';
import type { CallNode } from './node-rpc.ts';

/** A coin that can be spent. */
export interface Coin {
  readonly transaction: string;
  readonly output: number;
  readonly satoshis: bigint;
}
export interface SignedTransaction {
  readonly id: string;
  readonly raw: Buffer;
}

/** A purse on the regression test network: one key, to which blocks are mined. Its coins are worth nothing. */
export interface Wallet {
  readonly address: string;
  /**
   * A mined coin that nothing known to the node has spent and that was not taken here before, so that callers side by side get
   * different ones; undefined where none is mature.
   */
  takeCoin(call: CallNode): Promise<Coin | undefined>;
  /** A transaction that spends `coin`, pays the change back and has `commitment` (32 bytes) in an OP_RETURN output. */
  commit(coin: Coin, commitment: Uint8Array): SignedTransaction;
}

/** Blocks on top of a mined coin's before it may be spent. */
export const coinbaseMaturity = 100;
const feeSatoshis = 2_000n;

/** The wallet whose key is in `directory`, made where there is none. */
export function openWallet(directory: string): Wallet {
  const key = readOrMakeKey(join(directory, 'wallet-key.pem'));
  const publicKey = compressedPublicKey(key);
  const keyHash = createHash('ripemd160').update(sha256(publicKey)).digest();
  const script = Buffer.concat([Buffer.from('76a914', 'hex'), keyHash, Buffer.from('88ac', 'hex')]);
  let nextHeight = 1;
  return {
    address: testNetworkAddress(keyHash),
    takeCoin: async (call) => {
      const tip = await call(z.number(), 'getblockcount');
      while (nextHeight <= tip - coinbaseMaturity) {
        const height = nextHeight++;
        const hash = await call(z.string(), 'getblockhash', height);
        const [transaction] = (await call(blockSchema, 'getblock', hash, 1)).tx;
        const found = await call(outputSchema, 'gettxout', transaction, 0, true);
        if (found?.scriptPubKey.hex !== script.toString('hex')) continue;
        return { transaction, output: 0, satoshis: BigInt(Math.round(found.value * 100_000_000)) };
      }
      return undefined;
    },
    commit: (coin, commitment) => {
      const outputs = Buffer.concat([
        Buffer.of(2),
        output(0n, Buffer.concat([Buffer.of(0x6a, 0x20), commitment])),
        output(coin.satoshis - feeSatoshis, script),
      ]);
      const transactionWith = (inputScript: Buffer) =>
        Buffer.concat([
          ...[uint32(1), Buffer.of(1), Buffer.from(coin.transaction, 'hex').reverse(), uint32(coin.output)],
          ...[counted(inputScript), uint32(0xffff_fffd), outputs, uint32(0)],
        ]);
      const signed = Buffer.concat([transactionWith(script), uint32(1)]);
      const signature = Buffer.concat([derSignature(key, signed), Buffer.of(1)]);
      const raw = transactionWith(Buffer.concat([counted(signature), counted(publicKey)]));
      return { raw, id: sha256(sha256(raw)).reverse().toString('hex') };
    },
  };
}

const blockSchema = z.object({ tx: z.tuple([z.string()], z.string()) });
const outputSchema = z.object({ value: z.number(), scriptPubKey: z.object({ hex: z.string() }) }).nullable();

function readOrMakeKey(file: string): KeyObject {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeDurably(file, pem);
  }
  return createPrivateKey(pem);
}

function compressedPublicKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  const isOdd = (Buffer.from(y, 'base64url').at(-1) ?? 0) & 1;
  return Buffer.concat([Buffer.of(2 + isOdd), Buffer.from(x, 'base64url')]);
}

/** Base58Check with the version byte of test networks. */
function testNetworkAddress(keyHash: Buffer): string {
  const payload = Buffer.concat([Buffer.of(0x6f), keyHash]);
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = BigInt(
    `0x${Buffer.concat([payload, sha256(sha256(payload)).subarray(0, 4)]).toString('hex')}`,
  );
  let text = '';
  for (; number > 0n; number /= 58n) text = alphabet.charAt(Number(number % 58n)) + text;
  return text;
}

const curveOrder = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

/** ECDSA over the double SHA-256 (Node hashes once more itself), in DER with the low S that nodes relay (BIP 62). */
function derSignature(key: KeyObject, message: Buffer): Buffer {
  const raw = sign('sha256', sha256(message), { key, dsaEncoding: 'ieee-p1363' });
  const r = BigInt(`0x${raw.subarray(0, 32).toString('hex')}`);
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  const body = Buffer.concat([derInteger(r), derInteger(s > curveOrder / 2n ? curveOrder - s : s)]);
  return Buffer.concat([Buffer.of(0x30), counted(body)]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Buffer.from(even, 'hex');
  return Buffer.concat([
    Buffer.of(2),
    counted((bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes),
  ]);
}

/** All scripts and numbers here are shorter than 76 bytes or, as input scripts, than 253. */
function counted(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function output(satoshis: bigint, script: Buffer): Buffer {
  const amount = Buffer.alloc(8);
  amount.writeBigUInt64LE(satoshis);
  return Buffer.concat([amount, counted(script)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
