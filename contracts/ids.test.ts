import {
  evidenceScheduleId,
  incidentWorkflowId,
  notificationWorkflowId,
  parseIncidentWorkflowId,
  scanScheduleId,
  scanWorkflowId,
  siteIdSchema,
  siteOfWorkflowId,
  submissionWorkflowId,
} from './ids.ts';

const key = { site: 'main-street', host: 'srv-1', check: 'linux.ssh.root_login' };

test('an incident workflow id is read back as the key it was made of', () => {
  expect(parseIncidentWorkflowId(incidentWorkflowId(key))).toEqual(key);
});

test.each(['incident/a/b', 'incident/a/b/c/d', 'scan/a/b/c', '', 'incident//b/c'])(
  'refuses %j as an incident workflow id',
  (id) => {
    expect(parseIncidentWorkflowId(id)).toBeUndefined();
  },
);

test('every workflow that works for a site names it', () => {
  expect(siteOfWorkflowId(incidentWorkflowId(key))).toBe('main-street');
  expect(siteOfWorkflowId(scanWorkflowId('main-street', 'x'))).toBe('main-street');
  expect(siteOfWorkflowId(notificationWorkflowId('main-street', 'x'))).toBe('main-street');
  expect(siteOfWorkflowId(`${scanScheduleId('main-street')}-2026-11-23T10:00:00Z`)).toBe('main-street');
  expect(siteOfWorkflowId(`${evidenceScheduleId('main-street')}-2026-11-23T10:00:00Z`)).toBe('main-street');
  expect(siteOfWorkflowId(submissionWorkflowId('main-street', 'ab'))).toBe('main-street');
  expect(siteOfWorkflowId('temporal-sys-scheduler:scan/main-street/scheduled')).toBeUndefined();
});

test.each(['', 'A', '-a', 'a-', 'a/b', 'a.b', 'a'.repeat(64)])('refuses %j as a site id', (id) => {
  expect(siteIdSchema.safeParse(id).success).toBe(false);
});
