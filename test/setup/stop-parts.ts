import { stopTestParts } from './parts.ts';

/** Jest's global tear-down of project `real`: ends and removes all that the set-up made. */
export default async function stopParts(): Promise<void> {
  await stopTestParts();
}
