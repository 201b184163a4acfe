import { sha256 } from '../../evidence/node/hasher.ts';
import { sampleSite } from '../../evidence/testing/sample-evidence.ts';
import { objectOfCheckpoint, objectOfEntry } from './evidence-object.ts';

const { entries, checkpoint } = sampleSite('oak-street', 3);

test('the object of an entry is its line in an archive, the same every time', () => {
  for (const entry of entries) {
    const object = objectOfEntry('oak-street', entry, sha256);
    expect(object.key).toContain(`-${entry.entryHash}.json`);
    const text = Buffer.from(object.bytes).toString();
    expect(JSON.parse(text)).toEqual(entry);
    expect(text).toMatch(/^\{"entryHash":.*\}\n$/);
    expect(object.sha256).toBe(sha256(object.bytes));
    expect(objectOfEntry('oak-street', JSON.parse(text) as typeof entry, sha256)).toEqual(object);
  }
});

test('the object of a checkpoint is the note as it was signed', () => {
  const object = objectOfCheckpoint('oak-street', 3, checkpoint, sha256);
  expect(object.key).toBe('sites/oak-street/checkpoints/000000000003.txt');
  expect(Buffer.from(object.bytes).toString()).toBe(checkpoint);
});
