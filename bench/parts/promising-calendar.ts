import { sha256 } from '../../evidence/node/hasher.ts';
import { attestedAlong } from '../../evidence/ots/build.ts';
import { serializeTimestamp } from '../../evidence/ots/timestamp.ts';
import type { Fetch } from '../../activities/anchor/ports.ts';

/** Stands for calendars that answer at once, so that only our own work is measured, and counts what is submitted. */
export function promisingCalendar(): { fetch: Fetch; submissions: () => number } {
  let submissions = 0;
  return {
    fetch: (url, init) => {
      submissions++;
      const digest = new Uint8Array(init.body as ArrayBuffer);
      const uri = new URL(url).origin;
      const promise = attestedAlong(digest, [{ name: 'sha256' }], { kind: 'pending', uri }, sha256);
      const body = serializeTimestamp(promise);
      return Promise.resolve(new Response(Buffer.from(body)));
    },
    submissions: () => submissions,
  };
}
