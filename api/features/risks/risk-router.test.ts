import { buildStory } from '../../testing/story-builder.ts';
import { problemOf, startTestApi } from '../../testing/start-test-api.ts';

it('lists accepted risks with both signers, the reason, the end and the accepted state', async () => {
  const api = await startTestApi();
  const { items } = (await (await api.request('/api/sites/main-street/accepted-risks')).json()) as {
    items: unknown[];
  };
  await api.close();
  expect(items).toEqual([
    {
      incident: 'main-street~front-desk~linux.ssh.root_login',
      host: 'front-desk',
      check: 'linux.ssh.root_login',
      title: 'SSH root login',
      severity: 'high',
      status: 'fail',
      message: 'root may log in with a password',
      acceptedAt: '2026-11-23T10:00:00.000Z',
      expiresAt: '2026-12-23T10:00:00.000Z',
      stateDigest: 'b'.repeat(64),
      lastSeenAt: '2026-11-23T10:00:00.000Z',
      signers: ['Ada', 'Bea'].map((name) => ({
        actor: expect.objectContaining({ name, credential: '0123456789abcdef' }) as unknown,
        at: '2026-11-23T10:00:00.000Z',
        reason: 'until the vendor comes',
      })),
    },
  ]);
});

it('lists none that one person accepted before it took two', async () => {
  const story = buildStory({ state: 'risk_accepted' });
  delete story.acceptedRisk;
  const api = await startTestApi({ risks: { acceptedRisks: async () => [story] } });
  expect(await (await api.request('/api/sites/main-street/accepted-risks')).json()).toEqual({ items: [] });
  await api.close();
});

it('says so where there is no such site', async () => {
  const api = await startTestApi();
  const problem = await problemOf(await api.request('/api/sites/elsewhere/accepted-risks'));
  await api.close();
  expect(problem).toMatchObject({ code: 'site_not_found' });
});
