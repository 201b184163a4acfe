import { partLives } from './part-life.ts';

const targets = {
  worker: { name: 'worker' },
  appliance: { name: 'appliance-a' },
  api: { name: 'api' },
  temporal: { name: 'temporal' },
  postgres: { name: 'postgres' },
};
const ended = 'worker ended; starting it again in 200 ms';
const failed = 'worker could not be started again: it ended before it served';
const lifeOfWorker = (log: string[]) => partLives(targets, [{ part: 'worker' }], log)[0];

test('a start that failed is no end of a part that served', () => {
  expect(lifeOfWorker([ended, failed, ended])).toEqual({ name: 'worker', kills: 1, ends: 1 });
});

test('an end that nobody caused shows', () => {
  expect(lifeOfWorker([ended, ended])).toEqual({ name: 'worker', kills: 1, ends: 2 });
});
