import { z } from 'zod';
import { PersistenceError } from './persistence-error.ts';

const positionSchema = z.tuple([z.iso.datetime(), z.string().max(300)]);

/** Place in the list of incidents: when the last one given out was opened, and its id. Neither ever changes. */
export interface IncidentPosition {
  openedAt: string;
  id: string;
}

/** The position as an opaque word for a URL. */
export function encodeCursor({ openedAt, id }: IncidentPosition): string {
  return Buffer.from(JSON.stringify([openedAt, id])).toString('base64url');
}

/** @throws PersistenceError `cursor_invalid` */
export function decodeCursor(cursor: string): IncidentPosition {
  try {
    const [openedAt, id] = positionSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    return { openedAt, id };
  } catch (cause) {
    throw new PersistenceError(
      'cursor_invalid',
      'The cursor is not one a list has given out. Begin again without a cursor.',
      { cause },
    );
  }
}
