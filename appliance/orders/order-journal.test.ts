import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOrder, buildRunbook, catalogOf } from './order-builder.ts';
import { OrderJournal } from './order-journal.ts';

const catalog = catalogOf(buildRunbook());
let directory: string;
let journal: OrderJournal;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'malachor-journal-'));
  journal = new OrderJournal(join(directory, 'orders.db'));
});
afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true, force: true });
});
const digest = 'a'.repeat(64);
const completed = (orderId: string) => ({ orderId, result: 'completed' as const, message: 'ok' });

test('an order goes from received to started to finished, and no way back', () => {
  const order = buildOrder(catalog, 0);
  const run = { startedAtMs: 5, endsByMs: 9, captured: Buffer.from('was') };
  expect(journal.find(order.id)).toBeUndefined();
  journal.receive(order, digest);
  expect(journal.find(order.id)).toMatchObject({ state: 'received', payloadSha256: digest });
  journal.start(order.id, run);
  expect(journal.find(order.id)).toMatchObject({ state: 'started', ...run });
  expect(() => {
    journal.start(order.id, run);
  }).toThrow();
  journal.finish(order.id, completed(order.id));
  expect(journal.find(order.id)).toMatchObject({ state: 'finished', outcome: completed(order.id) });
  expect(() => {
    journal.finish(order.id, completed(order.id));
  }).toThrow();
});

test('a nonce cannot be used twice', () => {
  const order = buildOrder(catalog, 0);
  journal.receive(order, digest);
  expect(journal.orderOfNonce(order.nonce)).toBe(order.id);
  expect(() => {
    journal.receive(buildOrder(catalog, 0, { nonce: order.nonce }), digest);
  }).toThrow(/UNIQUE/);
});

test('another process cannot use the journal at the same time, and can afterwards', () => {
  const file = join(directory, 'orders.db');
  const open = `
    const db = new (require('better-sqlite3'))(process.argv[1], { timeout: 0 });
    try { db.pragma('locking_mode = EXCLUSIVE'); db.exec('begin immediate; commit'); console.log('opened'); }
    catch (error) { console.log(error.code); }`;
  const other = () => spawnSync(process.execPath, ['-e', open, file], { encoding: 'utf8' }).stdout.trim();
  expect(other()).toMatch(/^SQLITE_BUSY/);
  journal.close();
  expect(other()).toBe('opened');
  journal = new OrderJournal(file);
});

test('a second journal of the same file says what to do', () => {
  expect(() => new OrderJournal(join(directory, 'orders.db'))).toThrow(/stop it first/);
});

test('forgets only what has ended and expired long ago', () => {
  const [old, oldOpen, young] = [buildOrder(catalog, 0), buildOrder(catalog, 0), buildOrder(catalog, 1e9)];
  for (const order of [old, oldOpen, young]) journal.receive(order, digest);
  journal.finish(old.id, completed(old.id));
  journal.finish(young.id, completed(young.id));
  expect(journal.prune(1e9)).toBe(1);
  expect([old, oldOpen, young].map(({ id }) => journal.find(id) !== undefined)).toEqual([false, true, true]);
});
