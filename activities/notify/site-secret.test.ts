import { deriveWebhookSecret } from './site-secret.ts';

test('every site has a secret of its own, the same each time', () => {
  const one = deriveWebhookSecret('master', 'main-street');
  expect(deriveWebhookSecret('master', 'main-street')).toBe(one);
  expect(deriveWebhookSecret('master', 'elm-street')).not.toBe(one);
  expect(deriveWebhookSecret('other', 'main-street')).not.toBe(one);
  expect(Buffer.from(one, 'base64url')).toHaveLength(32);
});
