import type { ApiSiteKey } from '../../../contracts/api/evidence.ts';
import { describeWitnesses } from './describe-witnesses.ts';

const at = '2026-11-27T10:00:00.000Z';
const key = (purpose: ApiSiteKey['purpose'], name?: string): ApiSiteKey => ({
  keyId: '0'.repeat(16),
  purpose,
  appliance: 'box',
  pem: 'a key',
  notBefore: at,
  ...(name !== undefined && { name }),
});

test('each witness is named once, with its last answers, and one that never answered too', () => {
  const keys = [key('appliance'), key('witness', 'b'), key('witness', 'b'), key('witness', 'a')];
  const standings = [
    {
      witness: 'b',
      cosigned: { size: 7, signedAt: at },
      refused: { size: 7, code: 'fork' as const, recordedAt: at },
    },
    { witness: 'somebody', cosigned: { size: 9, signedAt: at } },
  ];
  expect(describeWitnesses(keys, standings)).toEqual([
    { name: 'a' },
    { name: 'b', cosigned: { entries: 7, at }, refused: { entries: 7, code: 'fork', at } },
  ]);
});
