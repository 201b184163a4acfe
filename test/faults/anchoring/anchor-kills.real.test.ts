import { Client, Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { defaultAnchorPolicy } from '../../../domain/anchor/decide-next-step.ts';
import { assembleAnchor } from '../../../evidence/anchor/assemble-anchor.ts';
import { verifyAnchor } from '../../../evidence/anchor/verify-anchor.ts';
import { appendEntry, emptyHead, ledgerRoot } from '../../../evidence/ledger.ts';
import { nodeCryptography } from '../../../evidence/node/ed25519.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { verifyChain } from '../../../evidence/verify-chain.ts';
import type { SiteAnchor } from '../../../persistence/anchors.ts';
import type { anchor, AnchorResult } from '../../../workflows/anchor/workflow.ts';
import { anEnvelope } from '../../postgres/builders.ts';
import { readFaultSettings } from '../fault-settings.ts';
import { seededRandom } from '../seeded-random.ts';
import { anchorSteps, planAnchorKills } from './anchor-steps.ts';
import { startAnchorWorker } from './anchor-worker.ts';
import { startAnchorLab, type AnchorLab } from './start-anchor-lab.ts';

const settings = readFaultSettings(process.env);
const { seed } = settings;
/** Half as many as of the stack's parts: an ordinary run kills at half of the steps, and at others each time. */
const kills = Math.ceil(settings.kills / 2);
const plan = planAnchorKills(seed, kills);
const random = seededRandom(seed, 'anchored ledgers');
const sites = ['main-street', 'harbour'] as const;
const policy = { ...defaultAnchorPolicy, confirmations: 1, firstLookMs: 300, longestPauseMs: 1_000 };
let lab: AnchorLab;
let connection: Connection;
let results: AnchorResult[];
/** By site. */
const appended = new Map<string, number>();

beforeAll(async () => {
  process.stderr.write(
    `anchor fault test: ${kills} kills, seed ${seed}; replay it with MALACHOR_FAULT_SEED=${seed}\n`,
  );
  lab = await startAnchorLab();
  connection = await Connection.connect({ address: lab.temporal.address });
}, 120_000);
afterAll(async () => {
  await connection.close();
  await lab.stop();
}, 60_000);

async function grow(): Promise<void> {
  const site = sites[random.between(0, 1)] ?? 'harbour';
  for (let more = random.between(1, 3); more > 0; more--) {
    await lab.persistence.ledger.append({ site, recordId: randomUUID(), envelope: anEnvelope(randomUUID()) });
    appended.set(site, (appended.get(site) ?? 0) + 1);
  }
}

async function startAnchoring() {
  const client = new Client({ connection, namespace: lab.temporal.namespace });
  const batch = randomUUID();
  return client.workflow.start<typeof anchor>('anchor', {
    workflowId: `anchor/${batch}`,
    taskQueue: lab.taskQueue,
    args: [{ batch, policy }],
  });
}

test(
  `${kills} SIGKILLs between two steps of stamp and upgrade are survived`,
  async () => {
    const handles = [];
    for (const step of plan) {
      const worker = await startAnchorWorker(lab.workerEnvironment, step);
      await grow();
      handles.push(await startAnchoring());
      expect([step, await worker.ended]).toEqual([step, 'SIGKILL']);
    }
    const worker = await startAnchorWorker(lab.workerEnvironment);
    await grow();
    handles.push(await startAnchoring());
    results = await Promise.all(handles.map((handle) => handle.result()));
    expect(await worker.stop()).toBe(0);
  },
  90_000 + kills * 30_000,
);

const anchorsOf = (site: string) => lab.persistence.anchors.ofSite(site, 0, 1_000_000);
const allAnchors = async () => (await Promise.all(sites.map(anchorsOf))).flat();

test('every batch that was made ends attested, and none is there that nobody asked for', async () => {
  const anchors = await allAnchors();
  expect(anchors.length).toBeGreaterThan(0);
  const made = results.filter(({ size }) => size > 0).map(({ batch }) => batch);
  expect(new Set(anchors.map(({ batch }) => batch.id))).toEqual(new Set(made));
  expect(anchors.filter(({ batch }) => batch.settledAt === undefined)).toEqual([]);
});

test('no checkpoint is in two batches, and a batch has the ledgers that its workflow says', async () => {
  const anchors = await allAnchors();
  const names = anchors.map(({ member }) => `${member.site} ${member.size}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { batch, size } of results)
    expect(anchors.filter((found) => found.batch.id === batch)).toHaveLength(size);
});

test('every proof leads to a block that the node has', async () => {
  for (const { member, batch } of await allAnchors()) {
    const trustedHeaders = await Promise.all(
      batch.headers.map(async ({ height }) => ({
        height,
        header: (await lab.bitcoin.headerAt(height)) ?? '',
      })),
    );
    const verdict = await verifyAnchor(anchorOf({ member, batch }), {
      cryptography: nodeCryptography,
      trustedHeaders,
    });
    if (!verdict.ok) throw new Error(`${member.site} ${member.size}: ${verdict.code}`);
    expect(verdict.checkpoint).toMatchObject({ site: member.site, size: member.size });
    expect(verdict.attestations).toContainEqual(
      expect.objectContaining({ kind: 'bitcoin', isTrusted: true }),
    );
  }
});

test('every ledger is whole, and its last entry is anchored', async () => {
  expect(appended.size).toBeGreaterThan(0);
  for (const [site, count] of appended) {
    const entries = await lab.persistence.ledger.read(site, 0, count + 1);
    expect(entries).toHaveLength(count);
    expect(verifyChain(emptyHead(site, sha256), entries, sha256)).toMatchObject({ ok: true });
    let head = emptyHead(site, sha256);
    const roots = entries.map((entry) => {
      head = appendEntry(head, entry.envelope, entry.recordedAt, sha256).head;
      return ledgerRoot(head, sha256);
    });
    const anchors = await anchorsOf(site);
    expect(anchors.at(-1)?.member.size).toBe(count);
    for (const { member } of anchors)
      expect(member.checkpoint).toContain(
        `\n${member.size}\n${Buffer.from(roots[member.size - 1] ?? '', 'hex').toString('base64')}\n`,
      );
  }
});

test('a plan has every step, and is the same for its seed', () => {
  expect(new Set(planAnchorKills(seed, anchorSteps.length))).toEqual(new Set(anchorSteps));
  expect(planAnchorKills(seed, kills)).toEqual(plan);
  expect(planAnchorKills(seed + 1, 100)).not.toEqual(planAnchorKills(seed, 100));
});

function anchorOf({ member, batch }: SiteAnchor) {
  const { checkpoint, index, inclusion } = member;
  return assembleAnchor(
    {
      checkpoint,
      batch: { size: batch.size, index, proof: [...inclusion], root: batch.root },
      ots: batch.proof ?? new Uint8Array(),
      headers: batch.headers,
      tokens: batch.tokens,
    },
    sha256,
  );
}
