import type { HostOs } from '../../contracts/observation.ts';

/** A host's system where it could not be read. */
export const unknownOs: HostOs = { family: 'linux', id: 'unknown', version: 'unknown' };

/** `ID` and `VERSION_ID` of an os-release(5) text; `unknown` for what is missing. */
export function parseOsRelease(text: string): HostOs {
  const value = (name: string): string => {
    const raw = new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
    const bare = raw
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
      .slice(0, 64);
    return bare === '' ? 'unknown' : bare;
  };
  return { family: 'linux', id: value('ID'), version: value('VERSION_ID') };
}
